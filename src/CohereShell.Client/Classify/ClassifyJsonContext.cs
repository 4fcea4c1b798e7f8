using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The JSON of classification: serialization code, generated at build time.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClassifyRequest))]
[JsonSerializable(typeof(WireClassifyResponse))]
internal sealed partial class ClassifyJsonContext : JsonSerializerContext
{
}
