using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>A model and its capabilities. See <see href="https://docs.cohere.com/reference/get-model"/>.</summary>
public sealed class CohereModel
{
    // A missing text is null here, because the serializer sets every property.
    private readonly string _name = string.Empty;

    // The service sends null for an empty list.
    private readonly IReadOnlyList<string> _endpoints = [];
    private readonly IReadOnlyList<string> _defaultEndpoints = [];
    private readonly IReadOnlyList<string> _features = [];
    private readonly SamplingDefaults? _samplingDefaults;

    /// <summary>The name, for the parameter <c>-Model</c> of other cmdlets.</summary>
    [JsonIgnore]
    public string Model => Name;

    /// <summary>The name.</summary>
    public string Name
    {
        get => _name;
        init => _name = value ?? string.Empty;
    }

    /// <summary>The endpoints that the model supports.</summary>
    public IReadOnlyList<string> Endpoints
    {
        get => _endpoints;
        init => _endpoints = value ?? [];
    }

    /// <summary>The endpoints that use this model by default.</summary>
    public IReadOnlyList<string> DefaultEndpoints
    {
        get => _defaultEndpoints;
        init => _defaultEndpoints = value ?? [];
    }

    /// <summary>The maximum number of tokens in a request.</summary>
    public long? ContextLength { get; init; }

    /// <summary>Additional features: <c>vision</c>, <c>reasoning</c>, <c>tools</c>.</summary>
    public IReadOnlyList<string> Features
    {
        get => _features;
        init => _features = value ?? [];
    }

    /// <summary>Whether the model was created by fine-tuning.</summary>
    [JsonPropertyName("finetuned")]
    public bool IsFineTuned { get; init; }

    /// <summary>Whether Cohere is going to retire the model.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>The address of the tokenizer's description.</summary>
    public string? TokenizerUrl { get; init; }

    /// <summary>The default sampling settings.</summary>
    public SamplingDefaults? SamplingDefaults
    {
        get => _samplingDefaults ?? Config?.SamplingDefaults;
        init => _samplingDefaults = value;
    }

    /// <summary>The maximum number of tokens in an answer. Only the answer for a single model contains it.</summary>
    [JsonIgnore]
    public long? MaxOutputTokens => Config?.MaxOutputTokens;

    // The service describes a single model in more detail. This isn't in the API description.
    [JsonInclude]
    internal WireModelConfig? Config { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The default sampling settings of a model.</summary>
public sealed class SamplingDefaults
{
    /// <summary>The randomness.</summary>
    public double? Temperature { get; init; }

    /// <summary>The number of most likely tokens that the model chooses from.</summary>
    public int? K { get; init; }

    /// <summary>The total probability of the tokens that the model chooses from.</summary>
    public double? P { get; init; }

    /// <summary>The penalty for repetition, which increases with the number of times that a token has occurred.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>The penalty for repetition, which doesn't depend on the number of occurrences.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>The maximum number of tokens in a document.</summary>
    public int? MaxTokensPerDoc { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        ", ",
        new (string Name, double? Value)[] { ("Temperature", Temperature), ("K", K), ("P", P), ("MaxTokensPerDoc", MaxTokensPerDoc) }
            .Where(setting => setting.Value is not null)
            .Select(setting => FormattableString.Invariant($"{setting.Name} {setting.Value}")));
}

internal sealed class WireModelConfig
{
    public long? MaxOutputTokens { get; set; }

    public SamplingDefaults? SamplingDefaults { get; set; }
}

internal sealed class WireModelList : ITokenPage<CohereModel>
{
    public List<CohereModel?>? Models { get; set; }

    public string? NextPageToken { get; set; }

    [JsonIgnore]
    public IReadOnlyList<CohereModel?>? Items => Models;
}
