namespace CohereShell;

/// <summary>
/// Resolves relative paths in methods that a script calls, such as <c>$conversation.Save('a.json')</c>. PowerShell has a
/// current folder in each runspace, which isn't the one of the process.
/// </summary>
internal static class CurrentFolder
{
    private static Func<string, string>? _host;
    private static Func<string, string>? _refuseDevice;

    /// <summary>
    /// Sets how the host resolves a path. The function must return the path for the calling thread. The first host stays:
    /// a runspace can't change where another one saves its files.
    /// </summary>
    /// <param name="fullPath">Returns the full path of a path.</param>
    /// <param name="refuseDevice">Returns a path, or throws an IOException if it leads to a device, a pipe or a socket.</param>
    public static void UseHost(Func<string, string> fullPath, Func<string, string> refuseDevice)
    {
        Interlocked.CompareExchange(ref _host, fullPath, null);
        Interlocked.CompareExchange(ref _refuseDevice, refuseDevice, null);
    }

    /// <summary>The full path, relative to the host's current folder, or to that of the process without a host.</summary>
    public static string FullPath(string path) => (Volatile.Read(ref _host) ?? Path.GetFullPath)(path);

    /// <summary>The full path of a file. Opening a pipe could wait indefinitely, which only the host can tell.</summary>
    /// <exception cref="IOException">It's a folder, a device, a pipe or a socket.</exception>
    public static string FullPathOfFile(string path)
    {
        string file = FullPath(path);
        Folder.Refuse(file);
        return Volatile.Read(ref _refuseDevice)?.Invoke(file) ?? file;
    }
}
