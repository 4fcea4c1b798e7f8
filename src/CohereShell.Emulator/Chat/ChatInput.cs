namespace CohereShell.Emulation;

/// <summary>A validated chat request.</summary>
internal sealed class ChatInput
{
    internal EmulatedModel Model { get; init; } = null!;

    internal bool Stream { get; init; }

    internal IReadOnlyList<ChatTurn> Turns { get; init; } = [];

    internal IReadOnlyList<ToolOffer> Tools { get; init; } = [];

    internal IReadOnlyList<SourceDocument> Documents { get; init; } = [];

    internal bool WantsCitations { get; init; }

    internal bool WantsJson { get; init; }

    /// <summary>The schema that the answer must match. Null if any object is allowed.</summary>
    internal JsonElement? Schema { get; init; }

    internal long? MaxTokens { get; init; }

    internal IReadOnlyList<string> StopSequences { get; init; } = [];

    internal bool WantsLogprobs { get; init; }

    internal bool Thinks { get; init; }

    internal long? TokenBudget { get; init; }

    internal string? ToolChoice { get; init; }

    /// <summary>The tokens of messages, documents and tool results.</summary>
    internal int InputTokens { get; init; }

    /// <summary>The characters of messages, documents and tool results.</summary>
    internal int InputCharacters { get; init; }

    /// <summary>The last message of the user.</summary>
    internal ChatTurn LastUserTurn => Turns.LastOrDefault(turn => turn.Role == "user") ?? new ChatTurn();

    /// <summary>The results of tools since the last user message. Empty if no tool was called.</summary>
    internal IReadOnlyList<ChatToolResult> ToolResults => SinceUser.SelectMany(turn => turn.ToolResults).ToArray();

    /// <summary>The number of times that tools were called and returned since the last user message.</summary>
    internal int ToolRounds => SinceUser.Zip(SinceUser.Skip(1), (before, turn) => before.Role != "tool" && turn.Role == "tool").Count(isNew => isNew);

    private IEnumerable<ChatTurn> SinceUser => Turns.Skip(Turns.Count - 1 - Turns.Reverse().TakeWhile(turn => turn.Role != "user").Count());

    internal bool Asks(string hook) => LastUserTurn.Text.IndexOf(hook, StringComparison.Ordinal) >= 0;
}
