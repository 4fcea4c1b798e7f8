using System.Collections;

namespace CohereShell;

/// <summary>What became of a tool call.</summary>
public enum ToolOutcome
{
    /// <summary>The tool ran to its end without an error.</summary>
    Succeeded,

    /// <summary>The tool ran, and gave an error; its output up to there went to the model as well.</summary>
    Failed,

    /// <summary>The tool did not end in time and was stopped.</summary>
    TimedOut,

    /// <summary>The tool ran, and somebody stopped the command that ran it.</summary>
    Stopped,

    /// <summary>The tool did not run: there was no consent.</summary>
    Refused,

    /// <summary>The tool did not run: -WhatIf.</summary>
    WhatIf,

    /// <summary>The tool did not run: its arguments do not fit its parameters.</summary>
    InvalidArguments,

    /// <summary>Nothing ran: there is no tool of that name.</summary>
    UnknownTool,
}

/// <summary>Why a tool might run, or not.</summary>
public enum ToolConsent
{
    /// <summary>It did not come to that.</summary>
    None,

    /// <summary>The command's verb only reads.</summary>
    ReadOnly,

    /// <summary>It was allowed by name, with -AllowTool.</summary>
    AllowTool,

    /// <summary>Somebody was asked and agreed.</summary>
    Confirmed,

    /// <summary>Nobody was asked, as -Confirm:$false or $ConfirmPreference wanted it.</summary>
    ConfirmPreference,

    /// <summary>Somebody was asked and refused.</summary>
    Denied,

    /// <summary>Nobody was there to be asked.</summary>
    NobodyToAsk,
}

/// <summary>A tool call of the model and what became of it. See <see href="https://docs.cohere.com/docs/tool-use-overview"/>.</summary>
public sealed record ToolStep
{
    /// <summary>Which round of calls it belongs to, from 1 on; calls of a round were asked for together.</summary>
    public int Step { get; init; }

    /// <summary>The id of the call, which citations begin with.</summary>
    public string ToolCallId { get; init; } = string.Empty;

    /// <summary>The tool, as the model calls it.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The command behind it; null where there is none.</summary>
    public string? Command { get; init; }

    /// <summary>The arguments as the command got them; null where it got none.</summary>
    public IDictionary? Arguments { get; init; }

    /// <summary>The arguments as the model wrote them.</summary>
    public string RawArguments { get; init; } = string.Empty;

    /// <summary>What became of it.</summary>
    public ToolOutcome Outcome { get; init; }

    /// <summary>Why it might run, or not.</summary>
    public ToolConsent Consent { get; init; }

    /// <summary>How long it ran.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What went wrong.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>What the model was given, as JSON, one object in each element.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];

    /// <summary>Whether the model was given less than the tool put out.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The call as a person would type it.</summary>
    public string CommandLine { get; init; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString() => CommandLine.Length > 0 ? CommandLine : $"{Name}({RawArguments})";
}
