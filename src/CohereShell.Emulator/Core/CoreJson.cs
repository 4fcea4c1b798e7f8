using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>An error body: v2 has an id in it, v1 has not.</summary>
internal sealed record SentError(string? Id, string Message);

/// <summary>Serialization code for what answers of all groups have in common.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentError))]
[JsonSerializable(typeof(ResponseMeta))]
internal sealed partial class CoreJson : JsonSerializerContext;
