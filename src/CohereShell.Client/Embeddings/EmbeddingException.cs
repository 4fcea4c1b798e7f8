namespace CohereShell;

/// <summary>Why embeddings can't be used together. The name is the last part of the error id.</summary>
internal enum EmbeddingProblem
{
    /// <summary>The input is null.</summary>
    NullInput,

    /// <summary>The input isn't an embedding or a list of numbers.</summary>
    NotAnEmbedding,

    /// <summary>The embedding doesn't contain numbers.</summary>
    EmptyVector,

    /// <summary>A number is NaN or infinite.</summary>
    NotFinite,

    /// <summary>All numbers are zero, so that the vector doesn't have a direction.</summary>
    ZeroVector,

    /// <summary>The base64 text doesn't contain floating-point numbers.</summary>
    InvalidBase64,

    /// <summary>The embedding was created with another model.</summary>
    ModelMismatch,

    /// <summary>The embedding has more or fewer dimensions.</summary>
    DimensionMismatch,

    /// <summary>The embeddings don't have a common format: for example, one has floating point, the other only bits.</summary>
    NoCommonForm,
}

/// <summary>An embedding can't be used for the requested task.</summary>
internal sealed class EmbeddingException(EmbeddingProblem problem, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public EmbeddingProblem Problem { get; } = problem;
}
