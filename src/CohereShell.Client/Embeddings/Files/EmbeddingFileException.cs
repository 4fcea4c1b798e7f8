namespace CohereShell;

/// <summary>An embedding file, or a part of it, can't be read.</summary>
/// <param name="message">What is wrong and where: the line, or the record.</param>
/// <param name="isLast">Whether the rest of the file can't be read.</param>
/// <param name="innerException">The cause.</param>
internal sealed class EmbeddingFileException(string message, bool isLast, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the rest of the file can't be read.</summary>
    public bool IsLast { get; } = isLast;
}
