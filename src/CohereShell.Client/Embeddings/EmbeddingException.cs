namespace CohereShell;

/// <summary>Why embeddings cannot be used together. The name is the last part of an ErrorRecord's id.</summary>
internal enum EmbeddingProblem
{
    /// <summary>Nothing was given.</summary>
    NullInput,

    /// <summary>It is no embedding and no list of numbers.</summary>
    NotAnEmbedding,

    /// <summary>It holds no numbers.</summary>
    EmptyVector,

    /// <summary>A number is NaN or infinite.</summary>
    NotFinite,

    /// <summary>All numbers are zero, which is no direction.</summary>
    ZeroVector,

    /// <summary>The text of its base64 form holds no floating-point numbers.</summary>
    InvalidBase64,

    /// <summary>Another model made it.</summary>
    ModelMismatch,

    /// <summary>It has more or fewer dimensions.</summary>
    DimensionMismatch,

    /// <summary>The one has floating-point numbers, the other only bits, for example.</summary>
    NoCommonForm,
}

/// <summary>An embedding that cannot be used for what was asked.</summary>
internal sealed class EmbeddingException(EmbeddingProblem problem, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public EmbeddingProblem Problem { get; } = problem;
}
