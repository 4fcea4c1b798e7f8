namespace CohereShell;

/// <summary>Opens and creates embedding files of any format.</summary>
internal static class EmbeddingFile
{
    // Enough bytes to recognize the format.
    private const int LongestStart = 512;

    private static ReadOnlySpan<byte> ArrowMagic => "ARROW1"u8;

    private static ReadOnlySpan<byte> MessageMark => [0xff, 0xff, 0xff, 0xff];

    private static ReadOnlySpan<byte> OldMagic => [0x89, 0x43, 0x45, 0x4d, 0x42];

    /// <summary>Returns the reader for a file, depending on its first bytes. It closes the stream.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="arrow">The Arrow format, which is only loaded for such a file.</param>
    /// <param name="columns">The columns to use in an Arrow file of another program.</param>
    /// <exception cref="EmbeddingFileException">It isn't an embedding file.</exception>
    public static IEmbeddingReader Open(Stream stream, Lazy<IEmbeddingFormat> arrow, EmbeddingColumns? columns = null) => FormatOf(stream) == EmbeddingFileFormat.Arrow
        ? arrow.Value.Open(stream, columns ?? new EmbeddingColumns())
        : new JsonLinesEmbeddingReader(stream);

    /// <summary>Returns the writer for a new file.</summary>
    public static IEmbeddingWriter Create(Stream stream, EmbeddingFileFormat format, Lazy<IEmbeddingFormat> arrow) => format == EmbeddingFileFormat.Arrow
        ? arrow.Value.Create(stream, new EmbeddingFileRule())
        : new JsonLinesEmbeddingWriter(stream, new EmbeddingFileRule());

    /// <summary>Returns a writer that appends to a file.</summary>
    /// <exception cref="EmbeddingFileException">It isn't a complete embedding file.</exception>
    public static IEmbeddingWriter Append(Stream stream, Lazy<IEmbeddingFormat> arrow)
    {
        if (FormatOf(stream) == EmbeddingFileFormat.Arrow)
        {
            IEmbeddingBatchWriter writer = arrow.Value.Continue(stream, stream, mayBeIncomplete: false);
            stream.SetLength(writer.Position);
            stream.Position = writer.Position;
            return writer;
        }

        // The first row represents all: reading the others would take as long as writing them.
        Embedding? first = new JsonLinesEmbeddingReader(stream).Read();
        if (stream.Length > 0)
        {
            stream.Position = stream.Length - 1;
            int last = stream.ReadByte();
            if (last != '\n')
            {
                stream.WriteByte((byte)'\n');
            }
        }

        return new JsonLinesEmbeddingWriter(stream, first is null ? new EmbeddingFileRule() : new EmbeddingFileRule(first.Model, first.Dimension));
    }

    /// <summary>Returns the format of a file, depending on its first bytes, and moves the stream back to its start.</summary>
    /// <exception cref="EmbeddingFileException">It isn't an embedding file.</exception>
    public static EmbeddingFileFormat FormatOf(Stream stream)
    {
        byte[] buffer = new byte[LongestStart];
        int length = 0;
        for (int count = 1; count > 0 && length < buffer.Length; length += count)
        {
            count = stream.Read(buffer, length, buffer.Length - length);
        }

        stream.Position = 0;
        ReadOnlySpan<byte> start = buffer.AsSpan(0, length);
        if (start.StartsWith(ArrowMagic))
        {
            return EmbeddingFileFormat.Arrow;
        }

        if (start.StartsWith(OldMagic))
        {
            throw new EmbeddingFileException("The file has the format .cemb, which was replaced by Apache Arrow. Convert it with version 0.2 of the module, in a new PowerShell: Install-PSResource CohereShell -Version 0.2.0; Import-Module CohereShell -RequiredVersion 0.2.0; Import-CohereEmbedding old.cemb | Export-CohereEmbedding new.jsonl", isLast: true);
        }

        if (start.StartsWith("PAR1"u8))
        {
            throw new EmbeddingFileException("The file is Parquet. Convert it to an uncompressed Arrow file, such as in polars: pl.read_parquet('a.parquet').write_ipc('a.arrow', compression='uncompressed')", isLast: true);
        }

        if (start.StartsWith("FEA1"u8))
        {
            throw new EmbeddingFileException("The file is Feather V1. Convert it to an uncompressed Arrow file, such as in pandas: pd.read_feather('a.feather').to_feather('a.arrow', compression='uncompressed')", isLast: true);
        }

        if (IsArrowStream(start))
        {
            throw new EmbeddingFileException("The file is an Arrow stream. Convert it to an Arrow file, such as in polars: pl.read_ipc_stream('a.arrows').write_ipc('a.arrow', compression='uncompressed')", isLast: true);
        }

        if (start.StartsWith([(byte)0xff, (byte)0xfe]) || start.StartsWith([(byte)0xfe, (byte)0xff]))
        {
            throw new EmbeddingFileException("The file is UTF-16, but JSON Lines must be UTF-8. Convert it: Get-Content … | Set-Content -Encoding utf8 …", isLast: true);
        }

        ReadOnlySpan<byte> text = start.StartsWith("\uFEFF"u8) ? start.Slice(3) : start;
        int first = 0;
        while (first < text.Length && text[first] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            first++;
        }

        if (first < text.Length && text[first] == (byte)'[')
        {
            throw new EmbeddingFileException("The file is a JSON array. JSON Lines must have one object on each line, without an array around them.", isLast: true);
        }

        return first < text.Length && text[first] != (byte)'{' && text.IndexOf((byte)0) >= 0
            ? throw new EmbeddingFileException("The file doesn't contain embeddings: it is neither JSON Lines nor an Arrow file.", isLast: true)
            : EmbeddingFileFormat.Jsonl;
    }

    // A message of a schema: the mark of a message, its length, and the position of its first table.
    private static bool IsArrowStream(ReadOnlySpan<byte> start) =>
        start.Length > 16 && start.StartsWith(MessageMark) && start[7] == 0 && start[9] == 0 && start[10] == 0 && start[11] == 0;
}
