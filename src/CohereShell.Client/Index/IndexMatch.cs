namespace CohereShell;

/// <summary>A part of a file that a search of an index found.</summary>
public sealed class IndexMatch
{
    /// <summary>The rank among the matches, from 1.</summary>
    public int Rank { get; init; }

    /// <summary>
    /// The similarity to the query, or with -Rerank the relevance from 0 to 1. Twice the score isn't twice the relevance.
    /// </summary>
    public double Score { get; init; }

    /// <summary>The text that was found.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The title of the file.</summary>
    public string? Title { get; init; }

    /// <summary>The file that contains the text.</summary>
    public string? Path { get; init; }

    /// <summary>The heading above the text, with those above it: <c>Backup > Restore</c>. Null if there isn't one.</summary>
    public string? Heading { get; init; }

    /// <summary>The page or slide, from 1; null if the file has no pages.</summary>
    public int? Page { get; init; }

    /// <summary>The number of the chunk in its file, from 0.</summary>
    public long Chunk { get; init; }

    /// <summary>The time when the file was changed before it was embedded.</summary>
    public DateTime? LastWriteTime { get; init; }

    /// <summary>The query.</summary>
    public string Query { get; init; } = string.Empty;

    /// <summary>The file of the index.</summary>
    public string Index { get; init; } = string.Empty;

    /// <summary>The same match with another rank and score.</summary>
    internal IndexMatch With(int rank, double score) => new()
    {
        Rank = rank,
        Score = score,
        Text = Text,
        Title = Title,
        Path = Path,
        Heading = Heading,
        Page = Page,
        Chunk = Chunk,
        LastWriteTime = LastWriteTime,
        Query = Query,
        Index = Index,
    };

    /// <inheritdoc/>
    public override string ToString() => Text;
}
