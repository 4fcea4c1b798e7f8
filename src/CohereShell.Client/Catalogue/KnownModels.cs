namespace CohereShell;

/// <summary>
/// The models that the documentation of August 2026 lists, with the maximum number of tokens in a request. An account can
/// have others. See <see href="https://docs.cohere.com/docs/models"/>.
/// </summary>
internal static class KnownModels
{
    private static readonly Dictionary<string, long> Contexts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["command-a-plus-05-2026"] = 128_000,
        ["command-a-03-2025"] = 256_000,
        ["command-a-reasoning-08-2025"] = 256_000,
        ["command-a-vision-07-2025"] = 128_000,
        ["command-a-translate-08-2025"] = 8_000,
        ["command-r7b-12-2024"] = 128_000,
        ["command-r-08-2024"] = 128_000,
        ["command-r-plus-08-2024"] = 128_000,
        ["north-mini-code-1-0"] = 256_000,
    };

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Contexts.Keys,
        "c4ai-aya-expanse-32b",
        "c4ai-aya-vision-32b",
        "embed-v4.0",
        "embed-english-v3.0",
        "embed-multilingual-v3.0",
        "embed-english-light-v3.0",
        "embed-multilingual-light-v3.0",
        "rerank-v4.0-pro",
        "rerank-v4.0-fast",
        "rerank-v3.5",
        "rerank-english-v3.0",
        "rerank-multilingual-v3.0",
        DefaultModels.Parse,
        .. ModelTasks.Transcription,
        .. ModelTasks.BatchOnly,
    ];

    /// <summary>The maximum number of tokens in a request to a chat model; null if it isn't known.</summary>
    public static long? ContextOf(string model) => Contexts.TryGetValue(model, out long context) ? context : null;
}
