namespace CohereShell.Prompt;

/// <summary>Suggests a name for one that doesn't exist.</summary>
internal static class Suggestion
{
    private const int MostMistakes = 2;

    /// <summary>The most similar name; null if none is similar enough.</summary>
    public static string? For(string written, IEnumerable<string> names) => names
        .Select(name => (Name: name, Mistakes: name.StartsWith(written, StringComparison.OrdinalIgnoreCase) ? 0 : Mistakes(written.ToLowerInvariant(), name)))
        .Where(candidate => candidate.Mistakes <= MostMistakes && candidate.Mistakes < Math.Max(1, written.Length))
        .OrderBy(candidate => candidate.Mistakes)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>The most similar names, for long names such as those of models.</summary>
    public static IReadOnlyList<string> Nearest(string written, IEnumerable<string> names, int most) => names
        .Select(name => (Name: name, Mistakes: name.IndexOf(written, StringComparison.OrdinalIgnoreCase) >= 0 ? 0 : Mistakes(written.ToLowerInvariant(), name.ToLowerInvariant())))
        .Where(candidate => candidate.Mistakes <= Math.Max(MostMistakes, written.Length / 2))
        .OrderBy(candidate => candidate.Mistakes)
        .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
        .Select(candidate => candidate.Name)
        .Take(most)
        .ToArray();

    // The number of inserted, removed or replaced letters. Two swapped letters count as one.
    private static int Mistakes(string a, string b)
    {
        int[,] counts = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                int count = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(counts[i - 1, j], counts[i, j - 1]) + 1,
                    counts[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                bool isSwapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                counts[i, j] = isSwapped ? Math.Min(count, counts[i - 2, j - 2] + 1) : count;
            }
        }

        return counts[a.Length, b.Length];
    }
}
