namespace CohereShell;

/// <summary>The similarity of an embedding to the reference.</summary>
public sealed class EmbeddingSimilarity
{
    /// <summary>Creates the result.</summary>
    /// <param name="embedding">The embedding that was compared.</param>
    /// <param name="metric">The metric of the comparison.</param>
    /// <param name="score">The result of the comparison.</param>
    public EmbeddingSimilarity(Embedding embedding, SimilarityMetric metric, double score)
    {
        Embedding = embedding;
        Metric = metric;
        Score = score;
    }

    /// <summary>The cosine, the dot product, or the distance.</summary>
    public double Score { get; }

    /// <summary>The metric of the comparison.</summary>
    public SimilarityMetric Metric { get; }

    /// <summary>The position of the embedding among all inputs of the command that created it, from 0.</summary>
    public long Index => Embedding.Index;

    /// <summary>The text that was embedded.</summary>
    public string? Text => Embedding.Text;

    /// <summary>The file that was embedded.</summary>
    public string? Path => Embedding.Path;

    /// <summary>The object that the text was taken from.</summary>
    public object? InputObject => Embedding.InputObject;

    /// <summary>The embedding that was compared.</summary>
    public Embedding Embedding { get; }

    /// <inheritdoc/>
    public override string ToString() => System.FormattableString.Invariant($"{Score:0.0000} {Embedding}");
}
