namespace CohereShell;

/// <summary>A file of embeddings whose rows can be read in any order. It isn't thread-safe.</summary>
internal interface IEmbeddingTable : IDisposable
{
    /// <summary>The model; empty if the file doesn't tell.</summary>
    string Model { get; }

    /// <summary>The number of dimensions; 0 if the file doesn't tell.</summary>
    int Dimension { get; }

    /// <summary>The number of rows.</summary>
    long Count { get; }

    /// <summary>Whether the file has its end. Without it, the writer was interrupted; the complete batches are readable.</summary>
    bool IsComplete { get; }

    /// <summary>What the file tells about itself.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads all rows without their vectors, whose part of the file isn't read.</summary>
    /// <exception cref="EmbeddingFileException">The file is damaged.</exception>
    IEnumerable<EmbeddingRow> ReadRows();

    /// <summary>Reads an embedding with its vectors. Its input object is a <see cref="JsonElement"/>.</summary>
    /// <param name="position">The position of the row, from 0.</param>
    /// <exception cref="EmbeddingFileException">The file is damaged.</exception>
    Embedding Read(long position);
}

/// <summary>A row of a file of embeddings.</summary>
/// <param name="Position">Its position in the file, from 0.</param>
/// <param name="Id">Its id; null if it has none.</param>
/// <param name="Embedding">The embedding. Its input object is a <see cref="JsonElement"/>.</param>
internal readonly record struct EmbeddingRow(long Position, string? Id, Embedding Embedding);
