using System.Globalization;
using System.Text.Json;

namespace CohereShell.Commands;

/// <summary>What the index keeps of a chunk beside its text, its path and its embedding. These are columns of the file.</summary>
internal sealed record IndexColumns
{
    private const string TitleName = "title";
    private const string HeadingName = "heading";
    private const string PageName = "page";
    private const string ChunkName = "chunk";
    private const string ChunksName = "chunks";
    private const string OffsetName = "offset";
    private const string TimeName = "last_write_time";
    private const string FileHashName = "file_hash";
    private const string ChunkHashName = "chunk_hash";

    public string Path { get; private init; } = string.Empty;

    public string Title { get; private init; } = string.Empty;

    public string Heading { get; private init; } = string.Empty;

    /// <summary>The page; 0 if the file doesn't have any.</summary>
    public int Page { get; private init; }

    public int Number { get; private init; }

    public int Count { get; private init; }

    public DateTime? LastWriteTime { get; private init; }

    public string FileHash { get; private init; } = string.Empty;

    public string TextHash { get; private init; } = string.Empty;

    // All columns in each row, so that the file has a column for each of them, whatever its first documents are.
    public static byte[] Write(IndexChunk chunk)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString(TitleName, chunk.Title ?? string.Empty);
            writer.WriteString(HeadingName, chunk.Heading ?? string.Empty);
            writer.WriteNumber(PageName, chunk.Page ?? 0);
            writer.WriteNumber(ChunkName, chunk.Number);
            writer.WriteNumber(ChunksName, chunk.Count);
            writer.WriteNumber(OffsetName, chunk.Offset);
            writer.WriteString(TimeName, chunk.LastWriteTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            writer.WriteString(FileHashName, chunk.FileHash);
            writer.WriteString(ChunkHashName, chunk.TextHash);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <exception cref="EmbeddingFileException">The row isn't one of an index.</exception>
    public static IndexColumns Read(Embedding row)
    {
        if (row.InputObject is not JsonElement { ValueKind: JsonValueKind.Object } element)
        {
            throw NotAnIndex();
        }

        return new IndexColumns
        {
            Path = row.Path ?? string.Empty,
            Title = Text(element, TitleName),
            Heading = Text(element, HeadingName),
            Page = Number32(element, PageName),
            Number = Number32(element, ChunkName),
            Count = Number32(element, ChunksName),
            LastWriteTime = DateTime.TryParse(Text(element, TimeName), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTime time) ? time : null,
            FileHash = Text(element, FileHashName),
            TextHash = Text(element, ChunkHashName),
        };
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw NotAnIndex();

    private static int Number32(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw NotAnIndex();

    private static EmbeddingFileException NotAnIndex() => new("A row lacks the columns of an index. Another program may have changed the file.", isLast: true);
}
