namespace CohereShell.Emulation;

/// <summary>A result of a tool: text or a document.</summary>
/// <param name="SourceId">The id that citations use.</param>
/// <param name="Text">The text of the result.</param>
/// <param name="Output">The result as an object. Null if it's plain text.</param>
internal sealed record ChatToolResult(string SourceId, string Text, JsonElement? Output);
