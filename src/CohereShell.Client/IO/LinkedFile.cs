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

    /// <summary>The full path without links, also without those of its folders.</summary>
    public static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
#if NET
        string root = Path.GetPathRoot(full) ?? string.Empty;
        string resolved = root;
        foreach (string part in full.Substring(root.Length).Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            // '/proc/self' is a link too, to the number of the process.
            resolved = Path.Combine(resolved, part);
            resolved = new FileInfo(resolved).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? resolved;
        }

        return resolved;
#else
        return full;
#endif
    }

    /// <summary>The length of the file in bytes.</summary>
    /// <exception cref="IOException">The file doesn't exist.</exception>
    public static long Length(string path) => new FileInfo(Target(path)).Length;
}
