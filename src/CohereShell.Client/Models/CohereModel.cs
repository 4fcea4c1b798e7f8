using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>A model and what it can be used for. See <see href="https://docs.cohere.com/reference/get-model"/>.</summary>
public sealed class CohereModel
{
    // The service says null where others say nothing or [].
    private readonly IReadOnlyList<string> _endpoints = [];
    private readonly IReadOnlyList<string> _defaultEndpoints = [];
    private readonly IReadOnlyList<string> _features = [];

    /// <summary>The name, for the <c>-Model</c> of other cmdlets.</summary>
    [JsonIgnore]
    public string Model => Name;

    /// <summary>The name.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The endpoints that it works with.</summary>
    public IReadOnlyList<string> Endpoints
    {
        get => _endpoints;
        init => _endpoints = value ?? [];
    }

    /// <summary>The endpoints that use it where no model is named.</summary>
    public IReadOnlyList<string> DefaultEndpoints
    {
        get => _defaultEndpoints;
        init => _defaultEndpoints = value ?? [];
    }

    /// <summary>The most tokens that one request can hold.</summary>
    public long? ContextLength { get; init; }

    /// <summary>What it supports beyond its endpoints: <c>vision</c>, <c>reasoning</c>, <c>tools</c>.</summary>
    public IReadOnlyList<string> Features
    {
        get => _features;
        init => _features = value ?? [];
    }

    /// <summary>Whether it is made by fine-tuning.</summary>
    [JsonPropertyName("finetuned")]
    public bool IsFineTuned { get; init; }

    /// <summary>Whether it is going to be withdrawn.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>Where its tokenizer is described.</summary>
    public string? TokenizerUrl { get; init; }

    /// <summary>How it samples where a request does not say.</summary>
    public SamplingDefaults? SamplingDefaults { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>How a model samples where a request does not say.</summary>
public sealed class SamplingDefaults
{
    /// <summary>Randomness.</summary>
    public double? Temperature { get; init; }

    /// <summary>How many of the most likely tokens are considered.</summary>
    public int? K { get; init; }

    /// <summary>The probability in all of the tokens considered.</summary>
    public double? P { get; init; }

    /// <summary>Fewer repetitions, the more often a token stood before.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Fewer repetitions.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>The most tokens of a document.</summary>
    public int? MaxTokensPerDoc { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"Temperature {Temperature}, K {K}, P {P}");
}

internal sealed class WireModelList
{
    public List<CohereModel>? Models { get; set; }

    public string? NextPageToken { get; set; }
}
