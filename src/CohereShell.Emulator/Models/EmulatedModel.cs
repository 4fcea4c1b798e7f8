namespace CohereShell.Emulation;

/// <summary>A model of the emulated account.</summary>
/// <param name="Name">The name.</param>
/// <param name="ContextLength">The number of tokens for input and output together. 0 if the model doesn't count tokens.</param>
/// <param name="Endpoints">The endpoints. The API's list of endpoints doesn't have a name for transcription and parse.</param>
internal sealed record EmulatedModel(string Name, int ContextLength, IReadOnlyList<string> Endpoints)
{
    /// <summary>The maximum number of tokens in an answer.</summary>
    internal int? MaxOutputTokens { get; init; }

    internal IReadOnlyList<string> DefaultEndpoints { get; init; } = [];

    internal IReadOnlyList<string> Features { get; init; } = [];

    internal SentSampling? SamplingDefaults { get; init; }

    /// <summary>The languages that the model transcribes. Empty if it doesn't transcribe.</summary>
    internal IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Whether the model parses documents.</summary>
    internal bool Parses { get; init; }

    /// <summary>For a model that only batches can use: the model that gives the same answers.</summary>
    internal string? OnlineModel { get; init; }

    /// <summary>Whether the model is an embed v3 model.</summary>
    internal bool IsVersion3 => Name.EndsWith("-v3.0", StringComparison.Ordinal);

    internal bool Supports(string endpoint) => Endpoints.Contains(endpoint, StringComparer.Ordinal) || (Parses && endpoint == "parse");

    internal bool HasFeature(string feature) => Features.Contains(feature, StringComparer.Ordinal);

    /// <summary>The model in a list. Lists have the properties of the API description.</summary>
    internal SentModel ToListed() => Sent() with { SamplingDefaults = SamplingDefaults };

    /// <summary>The model in a response that contains only this model. As at the service, details are in a configuration.</summary>
    internal SentModel ToSent() => Sent() with
    {
        Config = new SentModelConfig(
            Name,
            Name,
            Endpoints.Count > 0 ? Endpoints[0] : null,
            ContextLength > 0 ? ContextLength : null,
            MaxOutputTokens,
            Endpoints,
            Features.Count > 0 ? Features : null,
            SamplingDefaults,
            HasFeature("reasoning") ? new SentReasoning("enabled") : null),
    };

    private SentModel Sent() => new(
        Name,
        Endpoints,
        Finetuned: false,
        ContextLength > 0 ? ContextLength : null,
        $"https://storage.googleapis.com/cohere-public/tokenizers/{Name}.json",
        Features.Count > 0 ? Features : null,
        DefaultEndpoints);
}
