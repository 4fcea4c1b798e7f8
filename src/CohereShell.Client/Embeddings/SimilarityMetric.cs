namespace CohereShell;

/// <summary>How two embeddings are compared.</summary>
public enum SimilarityMetric
{
    /// <summary>The cosine of the angle: 1 for the same direction, 0 for unrelated directions, -1 for opposite ones.</summary>
    Cosine,

    /// <summary>The dot product: higher is more similar. For vectors of length 1, it is the same as the cosine.</summary>
    DotProduct,

    /// <summary>The distance: lower is more similar.</summary>
    Euclidean,
}
