namespace CohereShell.Formats;

/// <summary>Makes the error of a file from that of its format.</summary>
internal static class ArrowEmbeddingErrors
{
    /// <exception cref="EmbeddingFileException">The file is damaged.</exception>
    public static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is ArrowException or OverflowException)
        {
            // OverflowException: a length that no file has.
            throw new EmbeddingFileException(exception is ArrowException ? exception.Message : "its metadata is damaged.", isLast: true, exception);
        }
    }
}
