namespace CohereShell.Emulation;

/// <summary>The models that Cohere has removed, with the day. See <see href="https://docs.cohere.com/docs/deprecations"/>.</summary>
internal static class RemovedModels
{
    private const string September2025 = "September 15, 2025";
    private const string April2026 = "April 4, 2026";
    private const string Command = "command";
    private const string Embed = "embed";
    private const string Aya = "aya";

    private static readonly Dictionary<string, (string Day, string Section)> Removed = new(StringComparer.Ordinal)
    {
        ["command"] = (September2025, Command),
        ["command-light"] = (September2025, Command),
        ["command-r"] = (September2025, Command),
        ["command-r-plus"] = (September2025, Command),
        ["command-r-03-2024"] = (September2025, Command),
        ["command-r-plus-04-2024"] = (September2025, Command),
        ["embed-english-v2.0"] = (April2026, Embed),
        ["embed-english-light-v2.0"] = (April2026, Embed),
        ["embed-multilingual-v2.0"] = (April2026, Embed),
        ["c4ai-aya-expanse-8b"] = (April2026, Aya),
        ["c4ai-aya-vision-8b"] = (April2026, Aya),
    };

    /// <summary>The names.</summary>
    internal static IReadOnlyCollection<string> Names => Removed.Keys;

    /// <exception cref="EmulatorException">404: the model was removed.</exception>
    internal static void Check(string name)
    {
        if (Removed.TryGetValue(name, out (string Day, string Section) removed))
        {
            throw new EmulatorException(
                404,
                $"model '{name}' was removed on {removed.Day}. See https://docs.cohere.com/docs/models#{removed.Section} for a list of models you can use instead.");
        }
    }
}
