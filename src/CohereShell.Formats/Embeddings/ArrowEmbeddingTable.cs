namespace CohereShell.Formats;

/// <summary>An Arrow file of embeddings whose rows can be read in any order.</summary>
internal sealed class ArrowEmbeddingTable : IEmbeddingTable
{
    private readonly Stream _stream;
    private readonly ArrowEmbeddingRows _whole;
    private readonly List<(ArrowBatch Batch, ArrowBlock Block, long First)> _batches = [];

    /// <param name="stream">The file. It must be seekable, and is closed with the table.</param>
    /// <param name="columns">The columns to use.</param>
    /// <exception cref="EmbeddingFileException">It isn't a file with embeddings, or it's damaged.</exception>
    public ArrowEmbeddingTable(Stream stream, EmbeddingColumns columns)
    {
        _stream = stream;
        File = ArrowEmbeddingErrors.Guard(() => new ArrowFile(stream));
        Layout = ArrowEmbeddingLayout.Of(File.Schema, columns);
        _whole = new ArrowEmbeddingRows(File, Layout, hasVectors: true);
        ArrowEmbeddingErrors.Guard(() =>
        {
            while (File.Next() is { } block)
            {
                ArrowBatch batch = File.Read(block);
                _batches.Add((batch, block, Count));
                Count = checked(Count + batch.Rows);
            }

            return 0;
        });
    }

    public ArrowFile File { get; }

    public ArrowEmbeddingLayout Layout { get; }

    public string Model => Layout.Model;

    public int Dimension => Layout.Dimension;

    public long Count { get; private set; }

    public bool IsComplete => File.IsComplete;

    public IReadOnlyDictionary<string, string> Metadata => Layout.Schema.Metadata;

    /// <summary>The batches, with the positions of their first rows.</summary>
    public IReadOnlyList<(ArrowBatch Batch, ArrowBlock Block, long First)> Batches => _batches;

    public IEnumerable<EmbeddingRow> ReadRows()
    {
        using var rows = new ArrowEmbeddingRows(File, Layout, hasVectors: false);
        foreach ((ArrowBatch batch, _, long start) in _batches)
        {
            ArrowColumn[] columns = ArrowEmbeddingErrors.Guard(() => rows.Find(batch));
            for (long first = 0; first < batch.Rows; first += rows.WindowLength)
            {
                int count = (int)Math.Min(rows.WindowLength, batch.Rows - first);
                ArrowEmbeddingErrors.Guard(() =>
                {
                    rows.Load(columns, first, count);
                    return 0;
                });
                for (int row = 0; row < count; row++)
                {
                    long position = start + first + row;
                    yield return ArrowEmbeddingErrors.Guard(() => new EmbeddingRow(position, rows.Id(row), rows.Read(row, position)));
                }
            }
        }
    }

    public Embedding Read(long position) => ReadWhole(position).Embedding;

    /// <summary>The rows of a batch with their vectors, some at a time.</summary>
    public IEnumerable<EmbeddingRow> ReadBatch(int index)
    {
        (ArrowBatch batch, _, long start) = _batches[index];
        ArrowColumn[] columns = ArrowEmbeddingErrors.Guard(() => _whole.Find(batch));
        for (long first = 0; first < batch.Rows; first += _whole.WindowLength)
        {
            int count = (int)Math.Min(_whole.WindowLength, batch.Rows - first);
            ArrowEmbeddingErrors.Guard(() =>
            {
                _whole.Load(columns, first, count);
                return 0;
            });
            for (int row = 0; row < count; row++)
            {
                long position = start + first + row;
                yield return ArrowEmbeddingErrors.Guard(() => new EmbeddingRow(position, null, _whole.Read(row, position)));
            }
        }
    }

    /// <summary>Reads an embedding with its id.</summary>
    public EmbeddingRow ReadWhole(long position) => ArrowEmbeddingErrors.Guard(() =>
    {
        int low = 0;
        int high = _batches.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _batches[middle].First <= position ? (middle, high) : (low, middle - 1);
        }

        (ArrowBatch batch, _, long first) = _batches[low];
        _whole.Load(_whole.Find(batch), position - first, 1);
        return new EmbeddingRow(position, _whole.Id(0), _whole.Read(0, position));
    });

    public EmbeddingScan Search(EmbeddingSearch search, CancellationToken cancellationToken)
    {
        search.Comparer.CheckModel(Model);
        return new ArrowSearch(this, _stream as FileStream, search).Run(cancellationToken);
    }

    public void Dispose()
    {
        _whole.Dispose();
        _stream.Dispose();
    }
}
