namespace CohereShell;

/// <summary>An embedding that a search found.</summary>
public sealed class EmbeddingMatch
{
    /// <summary>Creates the match.</summary>
    /// <param name="embedding">The embedding that was found.</param>
    /// <param name="rank">The rank among the matches, from 1.</param>
    /// <param name="score">The score: the cosine, the dot product, or the distance.</param>
    public EmbeddingMatch(Embedding embedding, int rank, double score)
    {
        Embedding = embedding;
        Rank = rank;
        Score = score;
    }

    /// <summary>The rank among the matches: 1 is the best.</summary>
    public int Rank { get; }

    /// <summary>The similarity to the query: the cosine, the dot product, or the distance.</summary>
    public double Score { get; }

    /// <summary>The text that was embedded.</summary>
    public string? Text => Embedding.Text;

    /// <summary>The file that was embedded.</summary>
    public string? Path => Embedding.Path;

    /// <summary>The object that the text was taken from.</summary>
    public object? InputObject => Embedding.InputObject;

    /// <summary>The position of the embedding among all inputs of the command that created it, from 0.</summary>
    public long Index => Embedding.Index;

    /// <summary>The embedding that was found.</summary>
    public Embedding Embedding { get; }

    /// <inheritdoc/>
    public override string ToString() => Embedding.ToString();
}
