namespace CohereShell.Emulation;

/// <summary>A message of a conversation.</summary>
internal sealed class ChatTurn
{
    internal string Role { get; init; } = string.Empty;

    /// <summary>The joined text blocks.</summary>
    internal string Text { get; init; } = string.Empty;

    /// <summary>The URLs of the images.</summary>
    internal IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>The results of a tool. Empty for other roles.</summary>
    internal IReadOnlyList<ChatToolResult> ToolResults { get; init; } = [];
}
