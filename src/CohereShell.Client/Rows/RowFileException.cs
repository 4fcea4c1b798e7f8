namespace CohereShell;

/// <summary>A file of rows that can't be continued as requested.</summary>
/// <param name="message">What is wrong, without the name of the file: <c>is empty</c>.</param>
/// <param name="action">What to do.</param>
internal sealed class RowFileException(string message, string action) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Action { get; } = action;
}
