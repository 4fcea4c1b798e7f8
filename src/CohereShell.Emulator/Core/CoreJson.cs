using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>The body of an error. In v2, it has an id. In v1, it doesn't. A failed generation has a type.</summary>
internal sealed record SentError(string? ErrorType, string? Id, string Message);

/// <summary>Serialization code for the parts that responses of all groups share.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentError))]
[JsonSerializable(typeof(ResponseMeta))]
internal sealed partial class CoreJson : JsonSerializerContext;
