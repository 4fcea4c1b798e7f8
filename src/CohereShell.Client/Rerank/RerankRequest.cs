namespace CohereShell;

/// <summary>The body of a call to rerank: property for field as in <see href="https://docs.cohere.com/reference/rerank"/>.</summary>
public sealed record RerankRequest
{
    /// <summary>The most documents that Cohere advises to send in a call.</summary>
    public const int MaxDocuments = 1000;

    /// <summary>The model; null takes the session's.</summary>
    public string? Model { get; init; }

    /// <summary>What the documents are compared with.</summary>
    public string Query { get; init; } = string.Empty;

    /// <summary>The documents. Records do best as YAML.</summary>
    public IReadOnlyList<string> Documents { get; init; } = [];

    /// <summary>How many of the best come back; null for all.</summary>
    public int? TopN { get; init; }

    /// <summary>The most tokens of a document; the rest is cut off. The service takes 4,096 where nothing is said.</summary>
    public int? MaxTokensPerDoc { get; init; }

    /// <summary>0, the highest, to 999.</summary>
    public int? Priority { get; init; }
}

/// <summary>The answer to a call of rerank.</summary>
/// <param name="Id">The id of the answer.</param>
/// <param name="Results">The documents, the most relevant first.</param>
/// <param name="Usage">What the call cost.</param>
public sealed record RerankResponse(string Id, IReadOnlyList<RerankScore> Results, Usage Usage);

/// <summary>How relevant a document is.</summary>
/// <param name="Index">The place of the document in the request, from 0.</param>
/// <param name="RelevanceScore">How relevant it is, from 0 to 1.</param>
public sealed record RerankScore(int Index, double RelevanceScore);
