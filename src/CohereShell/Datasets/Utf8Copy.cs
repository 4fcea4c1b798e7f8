using System.Text;

namespace CohereShell.Datasets;

/// <summary>
/// A file for an upload: the user's own, or a temporary copy in UTF-8 if it has another encoding. Disposing deletes
/// the copy.
/// </summary>
internal sealed class Utf8Copy : IDisposable
{
    private readonly FileStream? _copy;

    private Utf8Copy(string path, FileStream? copy)
    {
        Path = path;
        _copy = copy;
    }

    /// <summary>The path of the file to upload.</summary>
    public string Path { get; }

    /// <summary>Opens a file and, if it isn't in UTF-8, copies it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">The encoding of a file without a byte order mark; null for UTF-8.</param>
    /// <param name="isStopped">Whether the user stopped the command.</param>
    /// <exception cref="WrongEncodingException">The file has bytes that the encoding doesn't have.</exception>
    /// <exception cref="IOException">A file can't be read or written.</exception>
    public static Utf8Copy Of(string path, Encoding? encoding, Func<bool> isStopped)
    {
        Encoding? used = StrictText.MarkOf(path) ?? encoding;
        if (used is null or UTF8Encoding)
        {
            Check(path, isStopped);
            return new Utf8Copy(path, null);
        }

        FileStream copy = DatasetRows.CreateTemporary(System.IO.Path.GetExtension(path));
        var result = new Utf8Copy(copy.Name, copy);
        try
        {
            StrictText.Guard(path, encoding, () => Copy(path, encoding, copy, isStopped));
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            _copy?.Dispose();
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            // The disk is full. The copy is deleted anyway.
        }
    }

    // The service replaces other bytes without any warning, so the whole file is checked.
    private static void Check(string path, Func<bool> isStopped)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        if (Utf8Text.FindInvalid(stream, () => StopIf(isStopped)) is not null)
        {
            throw StrictText.Wrong(path, null);
        }
    }

    private static bool Copy(string path, Encoding? encoding, FileStream copy, Func<bool> isStopped)
    {
        using StreamReader reader = StrictText.Open(path, encoding);
        using var writer = new StreamWriter(copy, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 64 * 1024, leaveOpen: true);
        char[] buffer = new char[64 * 1024];
        int count;
        while ((count = reader.Read(buffer, 0, buffer.Length)) > 0)
        {
            StopIf(isStopped);
            writer.Write(buffer, 0, count);
        }

        writer.Flush();
        copy.Flush();
        return true;
    }

    private static void StopIf(Func<bool> isStopped)
    {
        if (isStopped())
        {
            throw new PipelineStoppedException();
        }
    }
}
