using System.Text.Json.Serialization;

namespace CohereShell.Emulation;

/// <summary>A model in a response.</summary>
internal sealed record SentModel(
    string Name,
    IReadOnlyList<string> Endpoints,
    bool Finetuned,
    int? ContextLength,
    string TokenizerUrl,
    IReadOnlyList<string>? Features,
    IReadOnlyList<string> DefaultEndpoints)
{
    public SentModelConfig? Config { get; init; }

    public SentSampling? SamplingDefaults { get; init; }
}

/// <summary>The part of a model's configuration that tells a client something. The service sends much more.</summary>
internal sealed record SentModelConfig(
    string Route,
    string BillingTag,
    string? EndpointType,
    int? ContextLength,
    int? MaxOutputTokens,
    IReadOnlyList<string> CompatibleEndpoints,
    IReadOnlyList<string>? ModelFeatures,
    SentSampling? SamplingDefaults,
    SentReasoning? ReasoningConfig);

/// <summary>Whether a model thinks when a request doesn't say so.</summary>
internal sealed record SentReasoning(string DefaultType);

/// <summary>The default sampling parameters of a model.</summary>
internal sealed record SentSampling(
    double? Temperature = null, int? K = null, double? P = null, double? FrequencyPenalty = null, double? PresencePenalty = null, int? MaxTokensPerDoc = null);

internal sealed record SentModelPage(IReadOnlyList<SentModel> Models, string? NextPageToken);

/// <summary>Serialization code for responses about models.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentModel))]
[JsonSerializable(typeof(SentModelPage))]
internal sealed partial class ModelsJson : JsonSerializerContext;
