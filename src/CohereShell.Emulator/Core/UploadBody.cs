namespace CohereShell.Emulation;

/// <summary>The body of a request in a file. The file is deleted after the request unless it's kept.</summary>
internal sealed class UploadBody : IDisposable
{
    /// <summary>The maximum size of a body: the largest dataset plus the overhead of the form.</summary>
    internal const long MaxBytes = MaxDatasetBytes + (1024 * 1024);

    /// <summary>The maximum size of a dataset.</summary>
    internal const long MaxDatasetBytes = 1536L * 1024 * 1024;
    private readonly string _path;
    private bool _isKept;

    internal UploadBody(string name, string path)
    {
        _path = path;
        Name = name;
        Stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 128 * 1024);
    }

    /// <summary>The name of the file in the emulator's folder.</summary>
    internal string Name { get; }

    internal FileStream Stream { get; }

    /// <summary>Closes the file, and deletes it unless it's kept.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException) when (!_isKept)
        {
            // Disk full: the rest of the buffer can't be written. Delete the file anyway.
        }

        if (!_isKept)
        {
            File.Delete(_path);
        }
    }

    /// <summary>Keeps the file. The caller now owns it.</summary>
    internal void Keep()
    {
        Stream.Flush();
        _isKept = true;
    }
}
