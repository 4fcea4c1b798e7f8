namespace CohereShell;

/// <summary>Files behind links: what the system says of a link (its length, its kind) is not true of the file.</summary>
internal static class LinkedFile
{
    /// <summary>Where a link points to in the end; the path itself where it is none, or where links lead in a circle.</summary>
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
                // Whoever opens it says what is wrong.
            }
        }
#endif
        return path;
    }

    /// <summary>How long the file is.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static long Length(string path) => new FileInfo(Target(path)).Length;
}
