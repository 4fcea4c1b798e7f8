namespace CohereShell.Emulation;

/// <summary>A model of the emulated account.</summary>
internal sealed record EmulatedModel(string Name, int ContextLength, IReadOnlyList<string> Endpoints)
{
    internal IReadOnlyList<string> DefaultEndpoints { get; init; } = [];

    internal IReadOnlyList<string> Features { get; init; } = [];

    internal bool IsDeprecated { get; init; }

    /// <summary>Whether the model transcribes audio. The API's list of endpoints doesn't have a name for that.</summary>
    internal bool Transcribes { get; init; }

    internal bool Supports(string endpoint) => Endpoints.Contains(endpoint, StringComparer.Ordinal);

    internal bool HasFeature(string feature) => Features.Contains(feature, StringComparer.Ordinal);

    /// <summary>The model in the form of a response.</summary>
    internal SentModel ToSent() => new(
        Name,
        IsDeprecated,
        Endpoints,
        Finetuned: false,
        ContextLength > 0 ? ContextLength : null,
        $"https://storage.googleapis.com/cohere-public/tokenizers/{Name}.json",
        DefaultEndpoints,
        Features,
        Supports("chat") ? new SentSampling(Temperature: 0.3, K: 0, P: 0.75, FrequencyPenalty: 0, PresencePenalty: 0)
            : Supports("rerank") ? new SentSampling(MaxTokensPerDoc: 4096)
            : null);
}
