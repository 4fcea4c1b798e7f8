namespace CohereShell.Tools;

/// <summary>Something that cannot become a tool. One command of many is then an error of its own, one of -Tool ends the command.</summary>
internal sealed class ToolException(ErrorRecord record) : Exception(record.Exception.Message, record.Exception)
{
    /// <summary>What the user is told.</summary>
    public ErrorRecord Record { get; } = record;
}
