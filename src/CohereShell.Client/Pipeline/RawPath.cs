namespace CohereShell;

/// <summary>
/// Paths that users write. Behind the base address they decide where the key goes, and the access policy judges by
/// them: there must be one way only to understand a path.
/// </summary>
internal static class RawPath
{
    /// <summary>The path with the slash that it has to begin with.</summary>
    /// <exception cref="ArgumentException">It is no path, or one that leads elsewhere than it seems.</exception>
    public static string Check(string path)
    {
        string rooted = path.StartsWith("/", StringComparison.Ordinal) ? path : "/" + path;
        string[] segments = Segments(rooted);
        if (segments.Length == 0 || (rooted != path && rooted.Split('?')[0].Contains("://")))
        {
            throw new ArgumentException("Give the path below the base address: /v1/models.", nameof(path));
        }

        return rooted.Split('?')[0].IndexOfAny(['\\', '#', ';']) >= 0 || rooted.IndexOf('#') >= 0 || segments.Any(IsDetour)
            ? throw new ArgumentException("The path holds '\\', '#', ';', '.', '..', or a part with blanks or an escaped slash at its end. Write it without detours; in a query, '#' is %23.", nameof(path))
            : rooted;
    }

    // What a server may read as another path than the policy does.
    private static bool IsDetour(string segment) =>
        segment is "." or ".."
        || segment != segment.Trim()
        || segment.StartsWith("%2F", StringComparison.Ordinal)
        || segment.EndsWith("%2F", StringComparison.Ordinal)
        || segment.IndexOf(';') >= 0;

    /// <summary>The path as a server may understand it: escapes resolved, no query, no empty segments.</summary>
    public static string Resolve(string path) => "/" + string.Join("/", Segments(path));

    // A slash that is escaped belongs to a name.
    private static string[] Segments(string path) => path.Split('?')[0]
        .Split(['/'], StringSplitOptions.RemoveEmptyEntries)
        .Select(segment => Uri.UnescapeDataString(segment).Replace("/", "%2F"))
        .ToArray();
}
