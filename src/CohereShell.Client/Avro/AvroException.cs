namespace CohereShell;

/// <summary>An Avro file that cannot be read, or not from some place on. The rows before it are right.</summary>
/// <param name="message">What is wrong and where.</param>
/// <param name="block">The block, from 1; 0 for the header.</param>
/// <param name="position">The place in the file: that of the fault, or of the block that has it.</param>
/// <param name="innerException">What it comes from.</param>
internal sealed class AvroException(string message, long block, long position, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The block with the fault, from 1; 0 for the header.</summary>
    public long Block { get; } = block;

    /// <summary>The place in the file, in bytes: that of the fault, or of the block that has it.</summary>
    public long Position { get; } = position;
}
