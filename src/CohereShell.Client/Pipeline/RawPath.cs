namespace CohereShell;

/// <summary>
/// Checks paths that users write. A path decides where the key goes, and the access policy matches it, so it must have
/// only one meaning.
/// </summary>
internal static class RawPath
{
    /// <summary>Returns the path with a slash at the start.</summary>
    /// <exception cref="ArgumentException">It isn't a path, or it could lead to another path.</exception>
    public static string Check(string path)
    {
        string rooted = path.StartsWith("/", StringComparison.Ordinal) ? path : "/" + path;
        string[] segments = Segments(rooted);
        if (segments.Length == 0 || (rooted != path && rooted.Split('?')[0].Contains("://")))
        {
            throw new ArgumentException("Specify a path below the base address, such as /v1/models.", nameof(path));
        }

        return rooted.Split('?')[0].IndexOfAny(['\\', '#', ';']) >= 0 || rooted.IndexOf('#') >= 0 || segments.Any(IsDetour)
            ? throw new ArgumentException("The path contains '\\', '#', ';', '.', '..', or a segment that ends with a space or an escaped slash. Remove it. In a query, write '#' as %23.", nameof(path))
            : rooted;
    }

    // Segments that a server may read as a different path than the policy does.
    private static bool IsDetour(string segment) =>
        segment is "." or ".."
        || segment != segment.Trim()
        || segment.StartsWith("%2F", StringComparison.Ordinal)
        || segment.EndsWith("%2F", StringComparison.Ordinal)
        || segment.IndexOf(';') >= 0;

    /// <summary>The path as a server may read it: escapes resolved, without the query and empty segments.</summary>
    public static string Resolve(string path) => "/" + string.Join("/", Segments(path));

    // An escaped slash is part of a name.
    private static string[] Segments(string path) => path.Split('?')[0]
        .Split(['/'], StringSplitOptions.RemoveEmptyEntries)
        .Select(segment => Uri.UnescapeDataString(segment).Replace("/", "%2F"))
        .ToArray();
}
