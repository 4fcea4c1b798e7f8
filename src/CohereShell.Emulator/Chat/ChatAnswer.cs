namespace CohereShell.Emulation;

/// <summary>An answer, before it is written as one object or as a stream.</summary>
internal sealed record ChatAnswer
{
    /// <summary>What the model thinks aloud; empty where it does not.</summary>
    internal string Thinking { get; init; } = string.Empty;

    internal string Text { get; init; } = string.Empty;

    internal IReadOnlyList<ChatCitation> Citations { get; init; } = [];

    internal string ToolPlan { get; init; } = string.Empty;

    internal IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    internal string FinishReason { get; init; } = "COMPLETE";

    /// <summary>What went wrong; null where nothing did.</summary>
    internal string? Error { get; init; }

    /// <summary>Where the text block stands among the content blocks.</summary>
    internal int TextIndex => Thinking.Length > 0 ? 1 : 0;

    internal int OutputTokens =>
        Tokens.Count(Thinking) + Tokens.Count(Text) + Tokens.Count(ToolPlan)
        + ToolCalls.Sum(call => Tokens.Count(call.Name) + Tokens.Count(call.Arguments));
}

/// <summary>A call of a tool, its arguments as JSON.</summary>
internal sealed record ChatToolCall(string Id, string Name, string Arguments);
