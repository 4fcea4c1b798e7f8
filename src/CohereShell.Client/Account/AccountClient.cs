namespace CohereShell;

/// <summary>The status of an API key. See <see href="https://docs.cohere.com/reference/checkapikey"/>.</summary>
public sealed class ApiKeyStatus
{
    /// <summary>Whether the key is valid.</summary>
    public bool Valid { get; init; }

    /// <summary>The organization that the key belongs to.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The user or the service account that the key belongs to.</summary>
    public string? OwnerId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Valid ? "Valid" : "Invalid";
}

/// <summary>The account that the key belongs to.</summary>
public sealed class AccountClient
{
    private readonly ApiPipeline _pipeline;

    internal AccountClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Checks whether the key is valid. For a key that is refused, it returns a result and not an error.</summary>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
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
