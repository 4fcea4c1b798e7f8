namespace CohereShell;

/// <summary>Rerank: <see href="https://docs.cohere.com/reference/rerank"/>.</summary>
public sealed class RerankClient
{
    private readonly CohereSession _session;
    private readonly ApiPipeline _pipeline;

    internal RerankClient(CohereSession session, ApiPipeline pipeline)
    {
        _session = session;
        _pipeline = pipeline;
    }

    /// <summary>Ranks documents by their relevance to a query.</summary>
    /// <param name="request">The query and the documents.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<RerankResponse> RerankAsync(RerankRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (request.Documents.Count == 0)
        {
            throw new ArgumentException("Specify at least one document to rank.", nameof(request));
        }

        request = request with { Model = request.Model ?? _session.RerankModel };
        return _pipeline.SendAsync(
            new ApiRequest(Operations.Rerank, options)
            {
                Body = JsonBody.Serialize(request, RerankJsonContext.Default.RerankRequest),
                Model = request.Model,
            },
            reply => JsonSerializer.Deserialize(reply.Body.Span, RerankJsonContext.Default.WireRerankResponse)?.ToResponse(request),
            response => response.Usage,
            cancellationToken);
    }
}
