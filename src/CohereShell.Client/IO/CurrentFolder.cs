namespace CohereShell;

/// <summary>
/// Finds relative paths in methods that a script calls, such as <c>$conversation.Save('a.json')</c>: no command resolves
/// them. PowerShell has a current folder in each runspace, and another one than the process.
/// </summary>
internal static class CurrentFolder
{
    private static Func<string, string>? _host;

    /// <summary>
    /// Says how the host finds a path. It must answer for each thread on its own. The first host stays: what one runspace
    /// does later can't change where another one saves its files.
    /// </summary>
    /// <param name="fullPath">Returns the full path of a path.</param>
    public static void UseHost(Func<string, string> fullPath) => Interlocked.CompareExchange(ref _host, fullPath, null);

    /// <summary>The full path: by the host's current folder, or by that of the process without a host.</summary>
    public static string FullPath(string path) => (Volatile.Read(ref _host) ?? Path.GetFullPath)(path);
}
