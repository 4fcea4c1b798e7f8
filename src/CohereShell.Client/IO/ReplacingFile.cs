namespace CohereShell;

/// <summary>
/// A file that takes its place only when it is complete. Until then it is written under another name beside it, and what
/// stood there before stays as it was. What was begun and not completed is deleted.
/// </summary>
internal sealed class ReplacingFile : IDisposable
{
    private readonly string _temporaryPath;
    private readonly bool _wasReadOnly;
    private readonly (long Length, DateTime WrittenAt)? _stamp;
    private bool _isCompleted;

    /// <param name="path">The file.</param>
    /// <param name="keepsContent">Whether the new file begins with a copy of what is there.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public ReplacingFile(string path, bool keepsContent)
    {
        Path = LinkedFile.Target(path);
        _temporaryPath = FormattableString.Invariant($"{Path}.{Guid.NewGuid():N}.tmp");
        if (Directory.Exists(Path))
        {
            throw new IOException($"'{Path}' is a folder.");
        }

        if (System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist.");
        }

        try
        {
            bool exists = File.Exists(Path);
            _wasReadOnly = exists && (File.GetAttributes(Path) & FileAttributes.ReadOnly) != 0;
            if (exists && keepsContent)
            {
                _stamp = StampOf(Path);
                File.Copy(Path, _temporaryPath);
                File.SetAttributes(_temporaryPath, File.GetAttributes(_temporaryPath) & ~FileAttributes.ReadOnly);
            }

            Stream = new FileStream(_temporaryPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 64 * 1024);
            if (exists)
            {
                CopyMode(Path, _temporaryPath);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the file ends up: where a link points to, and not the link.</summary>
    public string Path { get; }

    /// <summary>The file that is being written.</summary>
    public FileStream? Stream { get; private set; }

    /// <summary>Puts the file in its place.</summary>
    /// <param name="mayReplace">Whether it may take the place of a file.</param>
    /// <exception cref="IOException">It cannot, or the file that it began with was changed meanwhile.</exception>
    public void Complete(bool mayReplace)
    {
        Stream!.Dispose();
        if (_stamp is { } stamp && stamp != StampOf(Path))
        {
            throw new IOException($"'{Path}' was changed by somebody else meanwhile. It was left as it is.");
        }

        if (mayReplace && File.Exists(Path))
        {
            if (_wasReadOnly)
            {
                File.SetAttributes(Path, File.GetAttributes(Path) & ~FileAttributes.ReadOnly);
            }

            File.Replace(_temporaryPath, Path, null, ignoreMetadataErrors: true);
            if (_wasReadOnly)
            {
                File.SetAttributes(Path, File.GetAttributes(Path) | FileAttributes.ReadOnly);
            }
        }
        else
        {
            File.Move(_temporaryPath, Path);
        }

        _isCompleted = true;
    }

    public void Dispose()
    {
        Stream?.Dispose();
        if (!_isCompleted)
        {
            try
            {
                File.Delete(_temporaryPath);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Somebody looks into it. The file under the final name is not touched by that.
            }
        }
    }

    private static (long Length, DateTime WrittenAt) StampOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : default;
    }

    // A file that only its owner may read stays one.
    private static void CopyMode(string from, string to)
    {
#if NET
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        }
#endif
    }
}
