using System;
using System.Collections.Generic;

namespace CohereShell.Tools;

/// <summary>What came of running a tool.</summary>
internal sealed class ToolRun
{
    public ToolOutput Output { get; set; } = new();

    public List<string> Errors { get; } = [];

    public List<string> Warnings { get; } = [];

    public bool IsTimedOut { get; set; }

    public TimeSpan Duration { get; set; }
}
