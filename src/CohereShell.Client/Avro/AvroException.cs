namespace CohereShell;

/// <summary>An Avro file can't be read, or only up to some position. The rows before it are correct.</summary>
/// <param name="message">What is wrong and where.</param>
/// <param name="block">The block, from 1; 0 for the header.</param>
/// <param name="position">The position in the file: of the error, or of the block that contains it.</param>
/// <param name="innerException">The cause.</param>
internal sealed class AvroException(string message, long block, long position, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The block that contains the error, from 1; 0 for the header.</summary>
    public long Block { get; } = block;

    /// <summary>The position in the file in bytes: of the error, or of the block that contains it.</summary>
    public long Position { get; } = position;
}
