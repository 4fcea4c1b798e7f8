using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>JSON serialization of batches, generated at build time.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchRequest), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(WireBatch))]
[JsonSerializable(typeof(WireBatchList))]
internal sealed partial class BatchesJsonContext : JsonSerializerContext
{
}
