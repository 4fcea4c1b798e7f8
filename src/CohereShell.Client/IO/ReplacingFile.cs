namespace CohereShell;

/// <summary>
/// A file that appears under its name only when it is complete. Until then, it is a temporary file in the same folder,
/// and an existing file stays unchanged. An incomplete temporary file is deleted.
/// </summary>
internal sealed class ReplacingFile : IDisposable
{
    private readonly string _temporaryPath;
    private readonly bool _wasReadOnly;
    private readonly (long Length, DateTime WrittenAt)? _stamp;
    private bool _isCompleted;

    /// <param name="path">The file.</param>
    /// <param name="keepsContent">Whether the new file starts with a copy of the existing file.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">You don't have permission to write the file.</exception>
    public ReplacingFile(string path, bool keepsContent)
    {
        Path = LinkedFile.Target(path);
        _temporaryPath = FormattableString.Invariant($"{Path}.{Guid.NewGuid():N}.tmp");
        Folder.Refuse(Path);
        if (System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{HarmlessText.From(folder)}' doesn't exist.");
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

    /// <summary>The final path: the target of a link, not the link.</summary>
    public string Path { get; }

    /// <summary>The temporary file that is written to.</summary>
    public FileStream? Stream { get; private set; }

    /// <summary>Moves the temporary file to its final path.</summary>
    /// <param name="mayReplace">Whether an existing file may be replaced.</param>
    /// <exception cref="IOException">It can't be moved, or the original file was changed since it was copied.</exception>
    public void Complete(bool mayReplace)
    {
        Stream!.Dispose();
        if (_stamp is { } stamp && stamp != StampOf(Path))
        {
            throw new IOException($"'{HarmlessText.From(Path)}' was changed by another program while it was being written. The file was left unchanged.");
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

    /// <summary>Whether an exception means that a file can't be written.</summary>
    public static bool IsWriteFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException
        // .NET on Unix reports a file that is too large for the file system as an invalid argument of the stream.
        || exception is ArgumentOutOfRangeException { ParamName: "value" };

    public void Dispose()
    {
        if (_isCompleted)
        {
            return;
        }

        try
        {
            // On a full disk, closing fails because the rest of the buffer can't be written. The file is closed anyway.
            Stream?.Dispose();
        }
        catch (Exception exception) when (IsWriteFailure(exception))
        {
            // The file is deleted: its content doesn't matter.
        }

        try
        {
            File.Delete(_temporaryPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another program has the temporary file open. The file under the final name isn't affected.
        }
    }

    private static (long Length, DateTime WrittenAt) StampOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : default;
    }

    // A file that only its owner can read must stay that way.
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
