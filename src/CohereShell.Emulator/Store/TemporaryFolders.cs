namespace CohereShell.Emulation;

/// <summary>
/// The temporary folders of emulators. An emulator deletes its folder when it stops. If its process was killed, the
/// next emulator that needs a folder deletes it.
/// </summary>
internal static class TemporaryFolders
{
    private const string Prefix = "CohereEmulator-";

    /// <summary>
    /// The minimum age of an abandoned folder. Between creating and locking the lock file, a folder in use looks
    /// abandoned.
    /// </summary>
    private static readonly TimeSpan SafeAge = TimeSpan.FromMinutes(1);

    internal static string NewName() => Path.Combine(Path.GetTempPath(), Prefix + Guid.NewGuid().ToString("N"));

    /// <summary>Marks a folder as in use until the file is closed or the process ends.</summary>
    internal static FileStream Lock(string folder) =>
        new(Path.Combine(folder, StoredFiles.LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1);

    /// <summary>Deletes the folders that no emulator uses any more.</summary>
    /// <param name="own">The folder of this emulator.</param>
    internal static void DeleteAbandoned(string own)
    {
        foreach (string folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (folder != own)
            {
                TryDelete(folder);
            }
        }
    }

    private static void TryDelete(string folder)
    {
        string path = Path.Combine(folder, StoredFiles.LockName);
        try
        {
            if (!File.Exists(path) || DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < SafeAge)
            {
                return;
            }

            // Fails if an emulator has the file open.
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1).Dispose();
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder is in use or belongs to another user.
        }
    }
}
