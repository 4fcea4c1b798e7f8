namespace CohereShell.Emulation;

/// <summary>
/// The files behind datasets. Without a folder of their own they lie in one for this emulator alone, which goes with it.
/// </summary>
internal sealed class StoredFiles : IDisposable
{
    /// <summary>The file that an emulator holds open for as long as it uses a folder.</summary>
    internal const string LockName = "lock";
    private readonly object _gate = new();
    private FileStream? _lock;
    private readonly string? _statePath;
    private readonly string _folder;
    private int _count;
    private bool _isCreated;

    /// <exception cref="IOException">The folder cannot be used, or another emulator works in it.</exception>
    internal StoredFiles(string? statePath)
    {
        if (string.IsNullOrEmpty(statePath))
        {
            _folder = TemporaryFolders.NewName();
            return;
        }

        try
        {
            _statePath = Directory.CreateDirectory(statePath).FullName;
            _lock = new FileStream(
                Path.Combine(_statePath, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the folder '{statePath}' cannot be written to, or another emulator uses it: {error.Message}", error);
        }

        _folder = Path.Combine(_statePath, "files");
    }

    /// <summary>Whether the folder is one that only this emulator uses, and has been made.</summary>
    internal string? TemporaryFolder => _statePath is null && _isCreated ? _folder : null;

    /// <summary>Deletes what is of no use without the emulator.</summary>
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
                // A download that is under way on Windows: the system's own cleaning gets it.
            }
        }
    }

    /// <summary>Where the items of a kind are written down; null where they need not be.</summary>
    internal string? FolderFor(string kind) => _statePath is null ? null : Path.Combine(_statePath, kind);

    internal string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>A name that no other file has.</summary>
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

            // Taken at once: what is written next may come from another thread.
            File.WriteAllBytes(PathOf(name), []);
            return name;
        }
    }

    internal void Delete(string name) => File.Delete(PathOf(name));

    /// <summary>Deletes what no dataset has: it was left by an emulator that was not stopped but killed.</summary>
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
            // What is uploaded is nobody else's business, and the folder for temporary files is everybody's.
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
