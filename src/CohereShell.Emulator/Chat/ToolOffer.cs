namespace CohereShell.Emulation;

/// <summary>A tool that the model may call.</summary>
internal sealed record ToolOffer(string Name, string Description, JsonElement Parameters);
