namespace CohereShell.Formats;

/// <summary>An Arrow file, or a part of it, can't be read.</summary>
internal sealed class ArrowException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the file ends before its first row, as after the end of its writer.</summary>
    public bool IsBeginning { get; init; }
}
