namespace CohereShell;

/// <summary>What Cohere says of a key. See <see href="https://docs.cohere.com/reference/checkapikey"/>.</summary>
public sealed class ApiKeyStatus
{
    /// <summary>Whether the key can be used.</summary>
    public bool Valid { get; init; }

    /// <summary>The organisation that it belongs to.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The user or the service that it belongs to.</summary>
    public string? OwnerId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Valid ? "Valid" : "Invalid";
}

/// <summary>The account that the key belongs to.</summary>
public sealed class AccountClient
{
    private readonly ApiPipeline _pipeline;

    internal AccountClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Asks whether the key is valid. A key that is refused is an answer, not an error.</summary>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public async Task<ApiKeyStatus> CheckApiKeyAsync(RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _pipeline.SendAsync(
                new ApiRequest(Operations.CheckApiKey, options),
                reply => JsonSerializer.Deserialize(reply.Body.Span, AccountJsonContext.Default.ApiKeyStatus),
                usageOf: null,
                cancellationToken).ConfigureAwait(false);
        }
        catch (CohereException exception) when (exception.Reason is ErrorReason.Unauthorized or ErrorReason.InvalidToken)
        {
            return new ApiKeyStatus();
        }
    }
}
