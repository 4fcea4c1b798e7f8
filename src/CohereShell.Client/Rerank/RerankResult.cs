namespace CohereShell;

/// <summary>
/// The place of a document in a ranking. What the ranking cost stands in the usage of the session: the API bills calls,
/// not documents. See <see href="https://docs.cohere.com/reference/rerank"/>.
/// </summary>
public sealed class RerankResult
{
    /// <summary>The place in the ranking, from 1.</summary>
    public long Rank { get; init; }

    /// <summary>The place of the document among all that were given, from 0.</summary>
    public long Index { get; init; }

    /// <summary>How relevant the document is to the query, from 0 to 1. Twice the score is not twice the relevance.</summary>
    public double RelevanceScore { get; init; }

    /// <summary>The document: the very object that was given.</summary>
    public object? Document { get; init; }

    /// <summary>The text of the document, which was compared with the query.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The query.</summary>
    public string Query { get; init; } = string.Empty;

    /// <summary>The model that ranked it.</summary>
    public string Model { get; init; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
