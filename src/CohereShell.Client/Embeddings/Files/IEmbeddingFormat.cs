namespace CohereShell;

/// <summary>Reads and writes files of embeddings in a format that needs a library.</summary>
internal interface IEmbeddingFormat
{
    /// <summary>Opens a file to read it from start to end. The reader closes the stream.</summary>
    /// <exception cref="EmbeddingFileException">The file can't be read.</exception>
    IEmbeddingReader Open(Stream stream, EmbeddingColumns columns);

    /// <summary>Opens a file to read any of its embeddings. It closes the stream.</summary>
    /// <exception cref="EmbeddingFileException">The file can't be read.</exception>
    IEmbeddingTable OpenTable(Stream stream, EmbeddingColumns columns);

    /// <summary>Starts a file.</summary>
    /// <param name="stream">Where it's written.</param>
    /// <param name="rule">What its embeddings must have in common.</param>
    /// <param name="metadata">What the file tells besides.</param>
    IEmbeddingBatchWriter Create(Stream stream, EmbeddingFileRule rule, IReadOnlyDictionary<string, string>? metadata = null);

    /// <summary>
    /// Continues a file of this module. What follows its last complete batch is ignored, so the caller must remove it: the file
    /// continues at <see cref="IEmbeddingBatchWriter.Position"/>.
    /// </summary>
    /// <param name="file">The file, for reading.</param>
    /// <param name="target">Where the rest is written. It can be the same.</param>
    /// <param name="mayBeIncomplete">Whether the end of the file can be missing.</param>
    /// <exception cref="EmbeddingFileException">It isn't such a file.</exception>
    IEmbeddingBatchWriter Continue(Stream file, Stream target, bool mayBeIncomplete);
}

/// <summary>The columns of a file that another program wrote. Null: chosen by their names and types.</summary>
/// <param name="Text">The column of texts.</param>
/// <param name="Vector">The column of vectors.</param>
internal sealed record EmbeddingColumns(string? Text = null, string? Vector = null);

/// <summary>Writes embeddings in batches of rows, each of which is complete in the file.</summary>
internal interface IEmbeddingBatchWriter : IEmbeddingWriter, IDisposable
{
    /// <summary>The length of the file with all batches so far, without its end.</summary>
    long Position { get; }

    /// <summary>The model and the dimension of the file.</summary>
    EmbeddingFileRule Rule { get; }

    /// <summary>Writes an embedding with an id.</summary>
    /// <exception cref="EmbeddingException">It doesn't belong in the file. None of it was written.</exception>
    void Write(Embedding embedding, ReadOnlySpan<byte> inputObject, string? id);

    /// <summary>Writes the rows since the last batch as a batch.</summary>
    void Flush();

    /// <summary>Takes back the batch of the last <see cref="Flush"/>, which couldn't be written to the file.</summary>
    void Undo();

    /// <summary>
    /// Copies rows of another file, with their vectors and without conversion. Batches of which all rows stay are copied as they
    /// are if the files have the same columns.
    /// </summary>
    /// <param name="table">The other file.</param>
    /// <param name="keeps">Whether a row is copied, by its position.</param>
    /// <exception cref="EmbeddingFileException">The other file is damaged.</exception>
    void Copy(IEmbeddingTable table, Func<long, bool> keeps);
}
