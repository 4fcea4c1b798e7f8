namespace CohereShell.Formats;

/// <summary>Apache Arrow, the binary format of embedding files.</summary>
internal sealed class EmbeddingFormat : IEmbeddingFormat
{
    public IEmbeddingReader Open(Stream stream, EmbeddingColumns columns) => new ArrowEmbeddingReader(stream, columns);

    public IEmbeddingTable OpenTable(Stream stream, EmbeddingColumns columns) => new ArrowEmbeddingTable(stream, columns);

    public IEmbeddingBatchWriter Create(Stream stream, EmbeddingFileRule rule, IReadOnlyDictionary<string, string>? metadata = null) =>
        new ArrowEmbeddingWriter(stream, rule, metadata ?? new Dictionary<string, string>());

    public IEmbeddingBatchWriter Continue(Stream file, Stream target, bool mayBeIncomplete) => ArrowEmbeddingWriter.Continue(file, target, mayBeIncomplete);
}
