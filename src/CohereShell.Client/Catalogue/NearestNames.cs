namespace CohereShell;

/// <summary>Finds the names that are most similar to one that doesn't exist.</summary>
internal static class NearestNames
{
    private const int FewestMistakes = 2;

    /// <summary>A shorter text is part of too many names.</summary>
    private const int ShortestPart = 2;

    /// <summary>A shorter text is similar to the start of too many names.</summary>
    private const int ShortestStart = 6;

    /// <summary>The most similar name; null if none is similar enough.</summary>
    public static string? For(string written, IEnumerable<string> names) => All(written, names).FirstOrDefault();

    /// <summary>The similar names, most similar first. Names that start with the written text are the most similar ones.</summary>
    public static IEnumerable<string> All(string written, IEnumerable<string> names)
    {
        // A long name can have more typos than a short one.
        int most = Math.Max(FewestMistakes, written.Length / 5);
        string[] all = names.ToArray();
        if (Array.FindAll(all, name => string.Equals(name, written, StringComparison.OrdinalIgnoreCase)) is { Length: > 0 } same)
        {
            // Only the case is wrong.
            return same;
        }

        // A text that is the start of a name has no typo.
        bool isStart = all.Any(name => name.StartsWith(written, StringComparison.OrdinalIgnoreCase));
        return all
            .Select(name => (Name: name, Mistakes: isStart ? Mistakes(written, name) : Math.Min(Mistakes(written, name), MistakesInStart(written.ToLowerInvariant(), name.ToLowerInvariant()))))
            .Where(candidate => candidate.Mistakes <= most && candidate.Mistakes < Math.Max(1, written.Length))
            .OrderBy(candidate => candidate.Mistakes)
            .ThenBy(candidate => candidate.Name.Length)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name);
    }

    private static int Mistakes(string written, string name) =>
        name.StartsWith(written, StringComparison.OrdinalIgnoreCase) ? 0
        : written.Length > ShortestPart && name.IndexOf(written, StringComparison.OrdinalIgnoreCase) >= 0 ? 1
        : Distance(written.ToLowerInvariant(), name.ToLowerInvariant());

    // Models have a version or a date at their end, which users leave out: comand-a for command-a-03-2025.
    private static int MistakesInStart(string written, string name)
    {
        int least = int.MaxValue;
        for (int end = name.IndexOf('-'); end >= 0 && written.Length >= ShortestStart; end = name.IndexOf('-', end + 1))
        {
            least = Math.Min(least, 1 + Distance(written, name.Substring(0, end)));
        }

        return least;
    }

    // The number of inserted, removed or replaced letters. Two swapped letters count as one.
    private static int Distance(string a, string b)
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
