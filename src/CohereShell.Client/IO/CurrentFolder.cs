namespace CohereShell;

/// <summary>
/// Resolves relative paths in methods that a script calls, such as <c>$conversation.Save('a.json')</c>. PowerShell has a
/// current folder in each runspace, which isn't the one of the process.
/// </summary>
internal static class CurrentFolder
{
    private static Func<string, string>? _host;

    /// <summary>
    /// Sets how the host resolves a path. The function must return the path for the calling thread. The first host stays:
    /// a runspace can't change where another one saves its files.
    /// </summary>
    /// <param name="fullPath">Returns the full path of a path.</param>
    public static void UseHost(Func<string, string> fullPath) => Interlocked.CompareExchange(ref _host, fullPath, null);

    /// <summary>The full path, relative to the host's current folder, or to that of the process without a host.</summary>
    public static string FullPath(string path) => (Volatile.Read(ref _host) ?? Path.GetFullPath)(path);
}
