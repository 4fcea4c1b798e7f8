namespace CohereShell;

/// <summary>How two embeddings are compared.</summary>
public enum SimilarityMetric
{
    /// <summary>The cosine of the angle between them: 1 for the same direction, 0 for none in common, -1 for opposite.</summary>
    Cosine,

    /// <summary>The sum of the products of their numbers: more is nearer. For vectors of length 1, the same as the cosine.</summary>
    DotProduct,

    /// <summary>The distance between their ends: less is nearer.</summary>
    Euclidean,
}
