namespace CohereShell;

/// <summary>A file of embeddings, or a part of it, that cannot be read.</summary>
/// <param name="message">What is wrong and where: the line, or the record.</param>
/// <param name="isLast">Whether nothing behind it can be read.</param>
/// <param name="innerException">What it comes from.</param>
internal sealed class EmbeddingFileException(string message, bool isLast, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether nothing behind it can be read.</summary>
    public bool IsLast { get; } = isLast;
}
