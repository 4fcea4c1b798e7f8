namespace CohereShell.Emulation;

/// <summary>A message of the conversation.</summary>
internal sealed class ChatTurn
{
    internal string Role { get; init; } = string.Empty;

    /// <summary>Its text blocks, joined.</summary>
    internal string Text { get; init; } = string.Empty;

    /// <summary>The addresses of its images.</summary>
    internal IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>What a tool has returned; empty for other roles.</summary>
    internal IReadOnlyList<ChatToolResult> ToolResults { get; init; } = [];
}
