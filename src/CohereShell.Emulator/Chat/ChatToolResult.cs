namespace CohereShell.Emulation;

/// <summary>One result of a tool: text, or a document.</summary>
/// <param name="SourceId">The id that citations name it by.</param>
/// <param name="Text">What it says.</param>
/// <param name="Output">The object that it is; null where it is plain text.</param>
internal sealed record ChatToolResult(string SourceId, string Text, JsonElement? Output);
