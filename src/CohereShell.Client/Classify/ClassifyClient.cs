namespace CohereShell;

/// <summary>Classification: <see href="https://docs.cohere.com/reference/classify"/>.</summary>
public sealed class ClassifyClient
{
    private readonly ApiPipeline _pipeline;

    internal ClassifyClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Finds the label that matches each text best.</summary>
    /// <param name="request">The texts, and examples or a fine-tuned model.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<ClassifyResponse> ClassifyAsync(ClassifyRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (request.Inputs.Count is 0 or > ClassifyRequest.MaxInputs)
        {
            throw new ArgumentException(FormattableString.Invariant($"A classification call takes 1 to {ClassifyRequest.MaxInputs} texts, but this one has {request.Inputs.Count}."), nameof(request));
        }

        return _pipeline.SendAsync(
            new ApiRequest(Operations.Classify, options)
            {
                Body = JsonBody.Serialize(request, ClassifyJsonContext.Default.ClassifyRequest),
                Model = request.Model,
                // Cohere has deprecated only calls with examples. A fine-tuned model doesn't need them.
                Deprecation = request.Model is not null && request.Examples is null
                    ? null
                    : "Classification without a fine-tuned model is deprecated. It still works, but Cohere may stop supporting it.",
            },
            reply => JsonSerializer.Deserialize(reply.Body.Span, ClassifyJsonContext.Default.WireClassifyResponse)?.ToResponse(request),
            response => response.Usage,
            cancellationToken);
    }
}
