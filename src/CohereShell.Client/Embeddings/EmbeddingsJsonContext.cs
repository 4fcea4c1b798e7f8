using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>JSON serialization of embeddings, generated at build time.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmbedRequest), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(WireUsage))]
internal sealed partial class EmbeddingsJsonContext : JsonSerializerContext
{
}
