using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>JSON serialization of models, generated at build time.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WireModelList))]
[JsonSerializable(typeof(CohereModel))]
internal sealed partial class ModelsJsonContext : JsonSerializerContext
{
}
