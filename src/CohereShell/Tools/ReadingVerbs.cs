namespace CohereShell.Tools;

/// <summary>The verbs of commands that change nothing.</summary>
internal static class ReadingVerbs
{
    private static readonly string[] Verbs = ["Get", "Test", "Measure", "Find", "Search", "Select", "Compare", "ConvertTo", "ConvertFrom", "Resolve"];

    /// <summary>Whether a command with this verb only reads. A command without a verb might do anything.</summary>
    public static bool Contains(string? verb) => verb is not null && Verbs.Contains(verb, StringComparer.OrdinalIgnoreCase);
}
