namespace CohereShell;

/// <summary>Opens and creates embedding files of any format.</summary>
internal static class EmbeddingFile
{
    // Enough bytes to recognize the format.
    private const int LongestStart = 512;

    /// <summary>Returns the reader for a file, depending on its first bytes. It closes the stream.</summary>
    /// <exception cref="EmbeddingFileException">It isn't an embedding file.</exception>
    public static IEmbeddingReader Open(Stream stream) => FormatOf(stream) == EmbeddingFileFormat.Binary
        ? new BinaryEmbeddingReader(stream)
        : new JsonLinesEmbeddingReader(stream);

    /// <summary>Returns the writer for a new file.</summary>
    public static IEmbeddingWriter Create(Stream stream, EmbeddingFileFormat format) => format == EmbeddingFileFormat.Binary
        ? new BinaryEmbeddingWriter(stream, new EmbeddingFileRule())
        : new JsonLinesEmbeddingWriter(stream, new EmbeddingFileRule());

    /// <summary>Returns a writer that appends to a file.</summary>
    /// <exception cref="EmbeddingFileException">It isn't a complete embedding file.</exception>
    public static IEmbeddingWriter Append(Stream stream)
    {
        if (FormatOf(stream) == EmbeddingFileFormat.Binary)
        {
            return BinaryEmbeddingWriter.Append(stream);
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
        if (start.StartsWith(BinaryEmbeddingFormat.Magic))
        {
            return EmbeddingFileFormat.Binary;
        }

        if (start.StartsWith(BinaryEmbeddingFormat.Magic.Slice(0, 5)))
        {
            throw new EmbeddingFileException("The start of the file is damaged. The file may have been copied or saved as text.", isLast: true);
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
            ? throw new EmbeddingFileException("The file doesn't contain embeddings: it is neither JSON Lines nor the binary format of Export-CohereEmbedding.", isLast: true)
            : EmbeddingFileFormat.Jsonl;
    }
}
