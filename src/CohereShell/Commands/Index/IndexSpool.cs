using CohereShell.Datasets;

namespace CohereShell.Commands;

/// <summary>
/// Keeps the chunks of an update in a temporary file while an embed job runs, so that files are read once. Only its owner can
/// read the file, and disposing deletes it.
/// </summary>
internal sealed class IndexSpool : IDisposable
{
    private readonly FileStream _stream = DatasetRows.CreateTemporary(".chunks");
    private readonly BinaryWriter _writer;
    private long _count;

    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access was denied.</exception>
    public IndexSpool() => _writer = new BinaryWriter(_stream);

    /// <summary>The folder for temporary files.</summary>
    public static string Folder => System.IO.Path.GetTempPath();

    /// <summary>Adds a chunk.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Add(IndexChunk chunk)
    {
        _writer.Write(chunk.Path);
        _writer.Write(chunk.FileHash);
        _writer.Write(chunk.Number);
        _writer.Write(chunk.Count);
        _writer.Write(chunk.Text);
        Write(chunk.Title);
        Write(chunk.Heading);
        _writer.Write(chunk.Page ?? 0);
        _writer.Write(chunk.Offset);
        _writer.Write(chunk.LastWriteTime.Ticks);
        _count++;
    }

    /// <summary>Writes what is still in memory.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Flush() => _writer.Flush();

    /// <summary>Reads the chunks, in order.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public IEnumerable<IndexChunk> Read()
    {
        _writer.Flush();
        _stream.Position = 0;
        using var reader = new BinaryReader(_stream, System.Text.Encoding.UTF8, leaveOpen: true);
        string path = string.Empty;
        string hash = string.Empty;
        for (long index = 0; index < _count; index++)
        {
            // The chunks of a file share its path and its hash, as when it's read.
            path = Same(path, reader.ReadString());
            hash = Same(hash, reader.ReadString());
            yield return new IndexChunk
            {
                Path = path,
                FileHash = hash,
                Number = reader.ReadInt32(),
                Count = reader.ReadInt32(),
                Text = reader.ReadString(),
                Title = ReadText(reader),
                Heading = ReadText(reader),
                Page = reader.ReadInt32() is > 0 and var page ? page : null,
                Offset = reader.ReadInt64(),
                LastWriteTime = new DateTime(reader.ReadInt64(), DateTimeKind.Utc),
            };
        }
    }

    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            // The disk is full. The file is closed and deleted anyway.
        }
    }

    private static string Same(string before, string text) => before == text ? before : text;

    private void Write(string? text)
    {
        _writer.Write(text is not null);
        if (text is not null)
        {
            _writer.Write(text);
        }
    }

    private static string? ReadText(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}
