namespace CohereShell.Emulation;

/// <summary>The body of a request in a file. Goes with the request, unless somebody keeps it.</summary>
internal sealed class UploadBody : IDisposable
{
    /// <summary>The most that a body may take: a dataset of the largest size, and what a form adds to it.</summary>
    internal const long MaxBytes = MaxDatasetBytes + (1024 * 1024);

    /// <summary>The most that a dataset may take.</summary>
    internal const long MaxDatasetBytes = 1536L * 1024 * 1024;
    private readonly string _path;
    private bool _isKept;

    internal UploadBody(string name, string path)
    {
        _path = path;
        Name = name;
        Stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 128 * 1024);
    }

    /// <summary>The file's name among the emulator's.</summary>
    internal string Name { get; }

    internal FileStream Stream { get; }

    /// <summary>Closes the file, and deletes one that nobody has kept.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException) when (!_isKept)
        {
            // What is left to be written has no room. It must not keep what it has.
        }

        if (!_isKept)
        {
            File.Delete(_path);
        }
    }

    /// <summary>Leaves the file to whoever calls this.</summary>
    internal void Keep()
    {
        Stream.Flush();
        _isKept = true;
    }
}
