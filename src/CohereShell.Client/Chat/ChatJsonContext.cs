using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The JSON of chat: serialization code, generated at build time.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(WireChatResponse))]
[JsonSerializable(typeof(WireChatEvent))]
internal sealed partial class ChatJsonContext : JsonSerializerContext
{
}
