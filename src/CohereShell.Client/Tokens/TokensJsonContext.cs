using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The JSON of tokens: serialization code, generated at build time.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(WholeNumberConverter), typeof(FractionConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WireTokenizeRequest))]
[JsonSerializable(typeof(WireTokenizeResponse))]
[JsonSerializable(typeof(WireDetokenizeRequest))]
[JsonSerializable(typeof(WireDetokenizeResponse))]
internal sealed partial class TokensJsonContext : JsonSerializerContext
{
}
