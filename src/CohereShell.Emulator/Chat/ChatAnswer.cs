namespace CohereShell.Emulation;

/// <summary>An answer of the model. It's written as one object or as a stream.</summary>
internal sealed record ChatAnswer
{
    /// <summary>The thinking text. Empty if the model doesn't think.</summary>
    internal string Thinking { get; init; } = string.Empty;

    internal string Text { get; init; } = string.Empty;

    internal IReadOnlyList<ChatCitation> Citations { get; init; } = [];

    internal string ToolPlan { get; init; } = string.Empty;

    internal IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    internal string FinishReason { get; init; } = "COMPLETE";

    /// <summary>Why the generation failed. Null if it succeeded.</summary>
    internal ChatFailure? Failure { get; init; }

    /// <summary>The index of the text block in the content blocks.</summary>
    internal int TextIndex => Thinking.Length > 0 ? 1 : 0;

    internal int OutputTokens =>
        Tokens.Count(Thinking) + Tokens.Count(Text) + Tokens.Count(ToolPlan)
        + ToolCalls.Sum(call => Tokens.Count(call.Name) + Tokens.Count(call.Arguments));
}

/// <summary>A call of a tool, with its arguments as JSON.</summary>
internal sealed record ChatToolCall(string Id, string Name, string Arguments);
