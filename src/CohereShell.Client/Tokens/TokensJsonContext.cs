using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>JSON serialization of tokens, generated at build time.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WireTokenizeRequest), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(WireTokenizeResponse))]
[JsonSerializable(typeof(WireDetokenizeRequest), GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(WireDetokenizeResponse))]
internal sealed partial class TokensJsonContext : JsonSerializerContext
{
}
