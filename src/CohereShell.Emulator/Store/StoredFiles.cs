namespace CohereShell.Emulation;

/// <summary>
/// The files of datasets. Without a state folder, they are in a temporary folder, which is deleted with the emulator.
/// </summary>
internal sealed class StoredFiles : IDisposable
{
    /// <summary>The file that an emulator keeps open while it uses a folder.</summary>
    internal const string LockName = "lock";
    private readonly object _gate = new();
    private FileStream? _lock;
    private readonly string? _statePath;
    private readonly string _folder;
    private int _count;
    private bool _isCreated;

    /// <exception cref="IOException">The folder can't be used, or another emulator is using it.</exception>
    internal StoredFiles(string? statePath)
    {
        if (string.IsNullOrEmpty(statePath))
        {
            _folder = TemporaryFolders.NewName();
            return;
        }

        if (File.Exists(statePath))
        {
            throw new IOException($"'{statePath}' is a file, and a folder is needed.");
        }

        try
        {
            _statePath = Directory.CreateDirectory(statePath).FullName;
            _lock = new FileStream(
                Path.Combine(_statePath, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{statePath}' can't be written to, or another emulator is using it: {error.Message}", error);
        }

        _folder = Path.Combine(_statePath, "files");
    }

    /// <summary>The temporary folder of this emulator. Null if it doesn't exist.</summary>
    internal string? TemporaryFolder => _statePath is null && _isCreated ? _folder : null;

    /// <summary>Deletes files that aren't needed without the emulator.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _lock?.Dispose();
        if (TemporaryFolder is { } folder)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A download is in progress on Windows. The system's cleanup deletes the file later.
            }
        }
    }

    /// <summary>The folder for the items of a type. Null if they aren't saved.</summary>
    internal string? FolderFor(string kind) => _statePath is null ? null : Path.Combine(_statePath, kind);

    internal string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Returns a unique file name.</summary>
    internal string NewName(string extension)
    {
        lock (_gate)
        {
            Create();
            string name;
            do
            {
                name = FormattableString.Invariant($"{++_count:x6}{extension}");
            }
            while (File.Exists(PathOf(name)));

            // Creates the file immediately, because another thread may request a name next.
            File.WriteAllBytes(PathOf(name), []);
            return name;
        }
    }

    internal void Delete(string name) => File.Delete(PathOf(name));

    /// <summary>Deletes files that don't belong to a dataset. An emulator that was killed leaves them behind.</summary>
    internal void DeleteAllBut(IEnumerable<string> names)
    {
        var kept = new HashSet<string>(names, StringComparer.Ordinal);
        string[] files = Directory.Exists(_folder) ? Directory.GetFiles(_folder) : [];
        foreach (string file in files.Where(file => !kept.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
        }
    }

    private void Create()
    {
        if (_isCreated)
        {
            return;
        }

#if NET
        if (!OperatingSystem.IsWindows())
        {
            // Uploads are private, but all users can read the temporary folder.
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#endif
        Directory.CreateDirectory(_folder);
        _isCreated = true;
        if (_statePath is null)
        {
            _lock = TemporaryFolders.Lock(_folder);
            TemporaryFolders.DeleteAbandoned(_folder);
            AppDomain.CurrentDomain.ProcessExit += OnExit;
        }
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();
}
