using System;
using System.Linq;

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

        return rooted.IndexOfAny(['\\', '#']) >= 0 || segments.Any(segment => segment is "." or "..")
            ? throw new ArgumentException("The path holds '\\', '#', '.' or '..'. Write it without detours; in a query, '#' is %23.", nameof(path))
            : rooted;
    }

    /// <summary>The path as a server may understand it: escapes resolved, no query, no empty segments.</summary>
    public static string Resolve(string path) => "/" + string.Join("/", Segments(path));

    // A slash that is escaped belongs to a name.
    private static string[] Segments(string path) => path.Split('?')[0]
        .Split(['/'], StringSplitOptions.RemoveEmptyEntries)
        .Select(segment => Uri.UnescapeDataString(segment).Replace("/", "%2F"))
        .ToArray();
}
