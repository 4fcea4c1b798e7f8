using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A model in a response.</summary>
internal sealed record SentModel(
    string Name,
    bool IsDeprecated,
    IReadOnlyList<string> Endpoints,
    bool Finetuned,
    int? ContextLength,
    string TokenizerUrl,
    IReadOnlyList<string> DefaultEndpoints,
    IReadOnlyList<string> Features,
    SentSampling? SamplingDefaults);

/// <summary>The default sampling parameters of a model.</summary>
internal sealed record SentSampling(
    double? Temperature = null, int? K = null, double? P = null, double? FrequencyPenalty = null, double? PresencePenalty = null, int? MaxTokensPerDoc = null);

internal sealed record SentModelPage(IReadOnlyList<SentModel> Models, string? NextPageToken);

/// <summary>Serialization code for responses about models.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentModelPage))]
internal sealed partial class ModelsJson : JsonSerializerContext;
