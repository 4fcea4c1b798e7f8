namespace CohereShell;

/// <summary>The body of a rerank request, as in <see href="https://docs.cohere.com/reference/rerank"/>.</summary>
public sealed record RerankRequest
{
    /// <summary>The maximum number of documents in a call that Cohere recommends.</summary>
    public const int MaxDocuments = 1000;

    /// <summary>The model; null uses the session's rerank model.</summary>
    public string? Model { get; init; }

    /// <summary>The query that the documents are compared with.</summary>
    public string Query { get; init; } = string.Empty;

    /// <summary>The documents. For records, YAML works best.</summary>
    public IReadOnlyList<string> Documents { get; init; } = [];

    /// <summary>The number of best results to return; null returns all.</summary>
    public int? TopN { get; init; }

    /// <summary>The maximum number of tokens in a document. The rest is cut off. By default, the service uses 4,096.</summary>
    public int? MaxTokensPerDoc { get; init; }

    /// <summary>The priority, from 0 (the highest) to 999.</summary>
    public int? Priority { get; init; }
}

/// <summary>The response to a rerank call.</summary>
/// <param name="Id">The id of the response.</param>
/// <param name="Results">The documents, most relevant first.</param>
/// <param name="Usage">The cost of the call.</param>
public sealed record RerankResponse(string Id, IReadOnlyList<RerankScore> Results, Usage Usage);

/// <summary>The relevance of a document.</summary>
/// <param name="Index">The position of the document in the request, from 0.</param>
/// <param name="RelevanceScore">The relevance, from 0 to 1.</param>
public sealed record RerankScore(int Index, double RelevanceScore);
