using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>JSON serialization of chat, generated at build time.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatRequest), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(WireChatResponse))]
[JsonSerializable(typeof(WireChatEvent))]
internal sealed partial class ChatJsonContext : JsonSerializerContext
{
}
