namespace CohereShell;

/// <summary>Finds the name that a user may have meant.</summary>
internal static class NearestName
{
    /// <summary>The known name with the fewest changed letters; null if each differs in more than a third of them.</summary>
    public static string? To(string name, IEnumerable<string> known)
    {
        (string Name, int Distance)[] nearest = known
            .Select(candidate => (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance)
            .Take(1)
            .ToArray();
        return nearest.Length > 0 && nearest[0].Distance <= Math.Max(2, nearest[0].Name.Length / 3) ? nearest[0].Name : null;
    }

    private static int Distance(string one, string two)
    {
        int[] row = Enumerable.Range(0, two.Length + 1).ToArray();
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= two.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == two[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[two.Length];
    }
}
