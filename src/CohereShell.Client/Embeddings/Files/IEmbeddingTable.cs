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

    /// <summary>
    /// Compares all rows with a query. The numbers are used in place, in the file that is mapped into memory.
    /// </summary>
    /// <exception cref="EmbeddingException">No row can be compared with the query.</exception>
    /// <exception cref="EmbeddingFileException">The file is damaged, or another program shortens it.</exception>
    /// <exception cref="IOException">The file can't be mapped.</exception>
    EmbeddingScan Search(EmbeddingSearch search, CancellationToken cancellationToken);
}

/// <summary>What to search a file for.</summary>
/// <param name="Comparer">Compares with the query.</param>
/// <param name="Top">The maximum number of rows to return.</param>
/// <param name="IsLessBetter">Whether a lower score is better.</param>
/// <param name="MinimumScore">The lowest score to return; null for any.</param>
internal sealed record EmbeddingSearch(EmbeddingComparer Comparer, int Top, bool IsLessBetter, double? MinimumScore);

/// <summary>The result of a search.</summary>
/// <param name="Best">The positions of the best rows and their scores, best first.</param>
/// <param name="Refused">The number of rows that can't be compared.</param>
/// <param name="FirstRefused">The position of the first of them.</param>
/// <param name="Reason">Why this row can't be compared.</param>
internal sealed record EmbeddingScan(IReadOnlyList<(long Position, double Score)> Best, long Refused, long FirstRefused, EmbeddingException? Reason);

/// <summary>A row of a file of embeddings.</summary>
/// <param name="Position">Its position in the file, from 0.</param>
/// <param name="Id">Its id; null if it has none.</param>
/// <param name="Embedding">The embedding. Its input object is a <see cref="JsonElement"/>.</param>
internal readonly record struct EmbeddingRow(long Position, string? Id, Embedding Embedding);
