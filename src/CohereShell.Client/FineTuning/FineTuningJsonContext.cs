using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>JSON serialization of fine-tuning, generated at build time.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WireFineTunedModel))]
[JsonSerializable(typeof(WireFineTunedModelAnswer))]
[JsonSerializable(typeof(WireFineTunedModelList))]
[JsonSerializable(typeof(WireFineTuningEvents))]
[JsonSerializable(typeof(WireFineTuningMetrics))]
internal sealed partial class FineTuningJsonContext : JsonSerializerContext
{
}
