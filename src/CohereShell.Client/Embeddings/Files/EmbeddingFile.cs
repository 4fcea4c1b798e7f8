namespace CohereShell;

/// <summary>Files of embeddings, whichever form they have.</summary>
internal static class EmbeddingFile
{
    // Enough to tell the forms apart.
    private const int LongestStart = 512;

    /// <summary>The reader for a file, by what stands at its beginning. It closes the stream.</summary>
    /// <exception cref="EmbeddingFileException">It is no file of embeddings.</exception>
    public static IEmbeddingReader Open(Stream stream) => FormatOf(stream) == EmbeddingFileFormat.Binary
        ? new BinaryEmbeddingReader(stream)
        : new JsonLinesEmbeddingReader(stream);

    /// <summary>The writer for a new file.</summary>
    public static IEmbeddingWriter Create(Stream stream, EmbeddingFileFormat format) => format == EmbeddingFileFormat.Binary
        ? new BinaryEmbeddingWriter(stream, new EmbeddingFileRule())
        : new JsonLinesEmbeddingWriter(stream, new EmbeddingFileRule());

    /// <summary>A writer that goes on behind what a file holds.</summary>
    /// <exception cref="EmbeddingFileException">It is no complete file of embeddings.</exception>
    public static IEmbeddingWriter Append(Stream stream)
    {
        if (FormatOf(stream) == EmbeddingFileFormat.Binary)
        {
            return BinaryEmbeddingWriter.Append(stream);
        }

        // The first row speaks for all: reading the others would take as long as writing them did.
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

    /// <summary>The form of a file by what stands at its beginning; the stream is at its beginning again after that.</summary>
    /// <exception cref="EmbeddingFileException">It is no file of embeddings.</exception>
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
            throw new EmbeddingFileException("The beginning of the file is damaged: it looks as if the file had been copied or saved as text.", isLast: true);
        }

        if (start.StartsWith([(byte)0xff, (byte)0xfe]) || start.StartsWith([(byte)0xfe, (byte)0xff]))
        {
            throw new EmbeddingFileException("The file is text in UTF-16, and JSON Lines are UTF-8. Save it again: Get-Content … | Set-Content -Encoding utf8 …", isLast: true);
        }

        ReadOnlySpan<byte> text = start.StartsWith("\uFEFF"u8) ? start.Slice(3) : start;
        int first = 0;
        while (first < text.Length && text[first] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            first++;
        }

        if (first < text.Length && text[first] == (byte)'[')
        {
            throw new EmbeddingFileException("The file is one JSON array. JSON Lines have an object on each line, and nothing around them.", isLast: true);
        }

        return first < text.Length && text[first] != (byte)'{' && text.IndexOf((byte)0) >= 0
            ? throw new EmbeddingFileException("The file holds no embeddings: it is neither JSON Lines nor in the binary form of Export-CohereEmbedding.", isLast: true)
            : EmbeddingFileFormat.Jsonl;
    }
}
