using System.Collections;

namespace CohereShell;

/// <summary>The outcome of a tool call.</summary>
public enum ToolOutcome
{
    /// <summary>The tool completed without an error.</summary>
    Succeeded,

    /// <summary>The tool ran and returned an error. The model also got the output until then.</summary>
    Failed,

    /// <summary>The tool exceeded its timeout and was stopped.</summary>
    TimedOut,

    /// <summary>The tool ran, and the command that ran it was stopped.</summary>
    Stopped,

    /// <summary>The tool didn't run because consent was missing.</summary>
    Refused,

    /// <summary>The tool didn't run because of -WhatIf.</summary>
    WhatIf,

    /// <summary>The tool didn't run because its arguments don't match its parameters.</summary>
    InvalidArguments,

    /// <summary>Nothing ran because a tool with that name doesn't exist.</summary>
    UnknownTool,
}

/// <summary>Why a tool was allowed to run, or why it wasn't.</summary>
public enum ToolConsent
{
    /// <summary>Consent wasn't needed because the tool couldn't run.</summary>
    None,

    /// <summary>Allowed: the command's verb only reads.</summary>
    ReadOnly,

    /// <summary>Allowed: -AllowTool names it.</summary>
    AllowTool,

    /// <summary>Allowed: the user was prompted and agreed.</summary>
    Confirmed,

    /// <summary>Allowed: -Confirm:$false or $ConfirmPreference turned the prompt off.</summary>
    ConfirmPreference,

    /// <summary>Refused: the user was prompted and declined.</summary>
    Denied,

    /// <summary>Refused: the session is non-interactive, so that the user couldn't be prompted.</summary>
    NobodyToAsk,
}

/// <summary>A tool call of the model and its outcome. See <see href="https://docs.cohere.com/docs/tool-use-overview"/>.</summary>
public sealed record ToolStep
{
    /// <summary>The round of tool calls, from 1. The model requests all calls of a round together.</summary>
    public int Step { get; init; }

    /// <summary>The id of the call. The ids in citations start with it.</summary>
    public string ToolCallId { get; init; } = string.Empty;

    /// <summary>The name of the tool, as the model uses it.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The command of the tool; null if there isn't one.</summary>
    public string? Command { get; init; }

    /// <summary>The arguments that the command got; null if it didn't run.</summary>
    public IDictionary? Arguments { get; init; }

    /// <summary>The arguments as the model wrote them.</summary>
    public string RawArguments { get; init; } = string.Empty;

    /// <summary>The outcome of the call.</summary>
    public ToolOutcome Outcome { get; init; }

    /// <summary>Why the tool was allowed to run, or why it wasn't.</summary>
    public ToolConsent Consent { get; init; }

    /// <summary>How long the tool ran.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The errors of the tool.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>The output that the model got: one JSON object in each element.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];

    /// <summary>Whether the model got only a part of the tool's output.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The call as a user would type it.</summary>
    public string CommandLine { get; init; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString() => CommandLine.Length > 0 ? CommandLine : $"{Name}({RawArguments})";
}
