namespace CohereShell.Tools;

/// <summary>The results of running a tool.</summary>
internal sealed class ToolRun
{
    public ToolOutput Output { get; set; } = new();

    public ToolMessages Errors { get; } = new();

    public ToolMessages Warnings { get; } = new();

    public bool IsTimedOut { get; set; }

    public TimeSpan Duration { get; set; }
}
