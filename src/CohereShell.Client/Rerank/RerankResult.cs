namespace CohereShell;

/// <summary>
/// A ranked document. See <see href="https://docs.cohere.com/reference/rerank"/>.
/// </summary>
public sealed class RerankResult
{
    /// <summary>The rank, from 1.</summary>
    public long Rank { get; init; }

    /// <summary>The position of the document among all inputs, from 0.</summary>
    public long Index { get; init; }

    /// <summary>The relevance of the document to the query, from 0 to 1. Twice the score isn't twice the relevance.</summary>
    public double RelevanceScore { get; init; }

    /// <summary>The document: the same object that was passed in.</summary>
    public object? Document { get; init; }

    /// <summary>The text of the document that was compared with the query.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The query.</summary>
    public string Query { get; init; } = string.Empty;

    /// <summary>The model that ranked the document.</summary>
    public string Model { get; init; } = string.Empty;

    /// <summary>
    /// An equal share of the cost of the ranking, in search units. The shares of all results add up to the cost.
    /// </summary>
    public Usage Usage { get; init; } = Usage.None;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
