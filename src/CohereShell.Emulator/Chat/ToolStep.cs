namespace CohereShell.Emulation;

/// <summary>What the model does about its tools: it calls some, or it asks for a value that a call needs.</summary>
internal sealed record ToolStep(IReadOnlyList<ChatToolCall> Calls)
{
    internal static ToolStep None { get; } = new([]);

    /// <summary>What the model asks. Empty if it asks nothing.</summary>
    internal string Question { get; init; } = string.Empty;

    /// <summary>Why there isn't a call, although the request requires one. Null if it doesn't.</summary>
    internal ChatFailure? Failure { get; init; }

    internal bool IsEmpty => Calls.Count == 0 && Question.Length == 0 && Failure is null;
}
