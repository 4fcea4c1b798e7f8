using System.Text.Json;

namespace CohereShell.Emulation;

/// <summary>A tool that the model may call.</summary>
internal sealed record ChatTool(string Name, string Description, JsonElement Parameters);
