namespace CohereShell;

/// <summary>
/// The models that the documentation of August 2026 lists. An account can have others: this list only helps to correct
/// names. See <see href="https://docs.cohere.com/docs/models"/>.
/// </summary>
internal static class KnownModels
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "command-a-plus-05-2026",
        "command-a-03-2025",
        "command-a-reasoning-08-2025",
        "command-a-vision-07-2025",
        "command-a-translate-08-2025",
        "command-r7b-12-2024",
        "command-r-08-2024",
        "command-r-plus-08-2024",
        "north-mini-code-1-0",
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
}
