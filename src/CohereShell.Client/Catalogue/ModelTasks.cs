namespace CohereShell;

/// <summary>
/// What models are for, where the list of the account's models doesn't say it: its endpoints don't include audio, jobs
/// and batches. See <see href="https://docs.cohere.com/docs/models"/>.
/// </summary>
internal static class ModelTasks
{
    private static readonly Dictionary<string, string[]> Languages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cohere-transcribe-03-2026"] = ["ar", "de", "el", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "vi", "zh"],
        ["cohere-transcribe-arabic-07-2026"] = ["ar", "en"],
    };

    /// <summary>The models for transcriptions that this version knows.</summary>
    public static IReadOnlyCollection<string> Transcription => Languages.Keys;

    /// <summary>The models that only batches can use.</summary>
    public static IReadOnlyCollection<string> BatchOnly { get; } = ["batch-embed-v4", "batch-embed-v4-a100"];

    /// <summary>Whether a model transcribes audio files.</summary>
    /// <param name="model">The name of the model.</param>
    public static bool IsTranscription(string model) => model.StartsWith("cohere-transcribe", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an embed job can use a model: an embed v3 model, or embed-v4.0.</summary>
    /// <param name="model">The name of the model.</param>
    public static bool IsEmbedJob(string model) =>
        model.StartsWith("embed-", StringComparison.OrdinalIgnoreCase)
        && (model.EndsWith("-v3.0", StringComparison.OrdinalIgnoreCase) || model.Equals("embed-v4.0", StringComparison.OrdinalIgnoreCase));

    /// <summary>The languages of a transcription model, as two-letter codes. For an unknown model, those of all known models.</summary>
    /// <param name="model">The name of the model.</param>
    public static IReadOnlyList<string> LanguagesOf(string model) => Languages.TryGetValue(model, out string[]? known)
        ? known
        : Languages.Values.SelectMany(languages => languages).Distinct(StringComparer.Ordinal).ToArray();
}
