using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>JSON serialization of datasets, generated at build time.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WireDatasetList))]
[JsonSerializable(typeof(WireDatasetAnswer))]
[JsonSerializable(typeof(WireCreatedDataset))]
[JsonSerializable(typeof(WireDatasetUsage))]
internal sealed partial class DatasetsJsonContext : JsonSerializerContext
{
}
