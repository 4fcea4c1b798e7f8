namespace CohereShell;

/// <summary>Resolves links: the length and the kind that the system reports for a link aren't those of the file.</summary>
internal static class LinkedFile
{
    /// <summary>The final target of a link. Returns the path itself if it isn't a link, or if links form a circle.</summary>
    public static string Target(string path)
    {
#if NET
        if (new FileInfo(path) is { LinkTarget: not null } link)
        {
            try
            {
                return link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
            }
            catch (IOException)
            {
                // The error appears when the file is opened.
            }
        }
#endif
        return path;
    }

    /// <summary>The length of the file in bytes.</summary>
    /// <exception cref="IOException">The file doesn't exist.</exception>
    public static long Length(string path) => new FileInfo(Target(path)).Length;
}
