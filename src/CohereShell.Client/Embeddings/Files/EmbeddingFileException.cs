namespace CohereShell;

/// <summary>A file of embeddings, or a part of it, that cannot be read.</summary>
internal sealed class EmbeddingFileException : Exception
{
    /// <param name="message">What is wrong and where: the line, or the record.</param>
    /// <param name="isLast">Whether nothing behind it can be read.</param>
    /// <param name="innerException">What it comes from.</param>
    public EmbeddingFileException(string message, bool isLast, Exception? innerException = null)
        : base(message, innerException) => IsLast = isLast;

    /// <summary>Whether nothing behind it can be read.</summary>
    public bool IsLast { get; }
}
