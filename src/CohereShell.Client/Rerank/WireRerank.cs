namespace CohereShell;

// Rerank responses as the API sends them.

internal sealed class WireRerankResponse
{
    public string? Id { get; set; }

    public List<WireRerankScore?>? Results { get; set; }

    public WireUsage? Meta { get; set; }

    /// <exception cref="JsonException">It isn't the response to that request.</exception>
    public RerankResponse ToResponse(RerankRequest request)
    {
        RerankScore[] results = (Results ?? throw new JsonException("The response doesn't have results.")).Select(result => ToScore(result, request.Documents.Count)).ToArray();
        if (results.Select(result => result.Index).Distinct().Count() != results.Length)
        {
            throw new JsonException("The response ranks a document twice.");
        }

        int expected = Math.Min(request.TopN ?? int.MaxValue, request.Documents.Count);
        return results.Length >= expected
            ? new RerankResponse(Id ?? string.Empty, results, Meta?.ToUsage() ?? Usage.None)
            : throw new JsonException(FormattableString.Invariant($"The response ranks {results.Length} documents, but {expected} were requested."));
    }

    private static RerankScore ToScore(WireRerankScore? result, int count) =>
        result is { Index: { } index, RelevanceScore: { } score } && index >= 0 && index < count
            ? new RerankScore(index, score)
            : throw new JsonException(FormattableString.Invariant($"The response ranks document {result?.Index}, but {count} were sent."));
}

internal sealed class WireRerankScore
{
    public int? Index { get; set; }

    public double? RelevanceScore { get; set; }
}
