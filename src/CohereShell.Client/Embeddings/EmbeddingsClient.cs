namespace CohereShell;

/// <summary>Embeddings: <see href="https://docs.cohere.com/reference/embed"/>.</summary>
public sealed class EmbeddingsClient
{
    private readonly CohereSession _session;
    private readonly ApiPipeline _pipeline;

    internal EmbeddingsClient(CohereSession session, ApiPipeline pipeline)
    {
        _session = session;
        _pipeline = pipeline;
    }

    /// <summary>
    /// Embeds inputs. Floating-point numbers are requested as base64, which is much faster to read. If a server refuses that,
    /// plain numbers are requested, and the session remembers it for the model.
    /// </summary>
    /// <param name="request">The inputs, up to 96, and the settings of the embeddings.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The request has no inputs, too many, or inputs of several kinds.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<EmbedResponse> EmbedAsync(EmbedRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check(request);
        request = request with { Model = request.Model ?? _session.EmbedModel };
        IReadOnlyList<EmbeddingType> types = request.EmbeddingTypes ?? [EmbeddingType.Float];
        return types.Contains(EmbeddingType.Float)
            ? EmbedFloatsAsync(request, types, options, cancellationToken)
            : SendAsync(request, types, options, cancellationToken);
    }

    private async Task<EmbedResponse> EmbedFloatsAsync(EmbedRequest request, IReadOnlyList<EmbeddingType> types, RequestOptions? options, CancellationToken cancellationToken)
    {
        string model = request.Model!;
        bool? knows = _session.Base64Support.TryGetValue(model, out bool known) ? known : null;
        if (knows == false)
        {
            return await SendAsync(request, types, options, cancellationToken).ConfigureAwait(false);
        }

        EmbeddingType[] asBase64 = types.Where(type => type != EmbeddingType.Float).Append(EmbeddingType.Base64).Distinct().ToArray();
        try
        {
            EmbedResponse response = await SendAsync(request, asBase64, options, cancellationToken).ConfigureAwait(false);
            _session.Base64Support[model] = true;
            return response;
        }
        catch (CohereException exception) when (knows is null
            && !types.Contains(EmbeddingType.Base64)
            && exception.Reason is ErrorReason.InvalidRequest or ErrorReason.UnacceptableValue)
        {
            // The error can be about base64 or about an input, and servers word it differently. A second request tells.
        }

        EmbedResponse plain = await SendAsync(request, types, options, cancellationToken).ConfigureAwait(false);
        _session.Base64Support[model] = false;
        return plain;
    }

    private Task<EmbedResponse> SendAsync(EmbedRequest request, IReadOnlyList<EmbeddingType> types, RequestOptions? options, CancellationToken cancellationToken)
    {
        EmbedRequest sent = request with { EmbeddingTypes = types };
        return _pipeline.SendAsync(
            new ApiRequest(Operations.Embed, options)
            {
                Body = JsonBody.Serialize(sent, EmbeddingsJsonContext.Default.EmbedRequest),
                Model = request.Model,
                InputCount = request.TextCount,
                ImageCount = request.ImageCount,
            },
            reply => EmbedResponseReader.Read(reply.Body.Span, request),
            response => response.Usage,
            cancellationToken);
    }

    private static void Check(EmbedRequest request)
    {
        int kinds = (request.Texts is null ? 0 : 1) + (request.Images is null ? 0 : 1) + (request.Inputs is null ? 0 : 1);
        if (kinds != 1 || request.Count is 0 or > EmbedRequest.MaxInputs)
        {
            throw new ArgumentException(
                kinds != 1
                    ? "An embed call takes texts, images, or inputs that contain both. Specify only one of them."
                    : FormattableString.Invariant($"An embed call takes 1 to {EmbedRequest.MaxInputs} inputs, but this one has {request.Count}."),
                nameof(request));
        }
    }
}
