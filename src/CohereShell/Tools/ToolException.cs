namespace CohereShell.Tools;

/// <summary>
/// A value that can't become a tool. New-CohereTool writes an error and continues. With -Tool, the command ends.
/// </summary>
internal sealed class ToolException(ErrorRecord record) : Exception(record.Exception.Message, record.Exception)
{
    /// <summary>The error for the user.</summary>
    public ErrorRecord Record { get; } = record;
}
