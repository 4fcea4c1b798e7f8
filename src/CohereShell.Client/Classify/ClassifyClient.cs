namespace CohereShell;

/// <summary>Classification: <see href="https://docs.cohere.com/reference/classify"/>.</summary>
public sealed class ClassifyClient
{
    private readonly ApiPipeline _pipeline;

    internal ClassifyClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Finds the label that fits each text.</summary>
    /// <param name="request">The texts, and examples or a fine-tuned model.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<ClassifyResponse> ClassifyAsync(ClassifyRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (request.Inputs.Count is 0 or > ClassifyRequest.MaxInputs)
        {
            throw new ArgumentException(FormattableString.Invariant($"A call to classify takes 1 to {ClassifyRequest.MaxInputs} texts, and this one has {request.Inputs.Count}."), nameof(request));
        }

        return _pipeline.SendAsync(
            new ApiRequest(Operations.Classify, options)
            {
                Body = JsonBody.Serialize(request, ClassifyJsonContext.Default.ClassifyRequest),
                Model = request.Model,
                // A fine-tuned model brings its own examples: the call that needs others is the one that Cohere has given up.
                Deprecation = request.Model is not null && request.Examples is null
                    ? null
                    : "Classify without a fine-tuned model is deprecated: Cohere still answers it, and may stop doing so.",
            },
            reply => JsonSerializer.Deserialize(reply.Body.Span, ClassifyJsonContext.Default.WireClassifyResponse)?.ToResponse(request),
            response => response.Usage,
            cancellationToken);
    }
}
