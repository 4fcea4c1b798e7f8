namespace CohereShell;

/// <summary>
/// Tokens: <see href="https://docs.cohere.com/reference/tokenize"/> and
/// <see href="https://docs.cohere.com/reference/detokenize"/>.
/// </summary>
public sealed class TokensClient
{
    /// <summary>The maximum number of characters in a text.</summary>
    public const int MaxCharacters = 65536;

    /// <summary>The maximum number of tokens to decode in a call.</summary>
    public const int MaxTokens = 65536;

    private readonly CohereSession _session;
    private readonly ApiPipeline _pipeline;

    internal TokensClient(CohereSession session, ApiPipeline pipeline)
    {
        _session = session;
        _pipeline = pipeline;
    }

    /// <summary>The number of characters in a text as the API counts them: a surrogate pair counts once.</summary>
    /// <param name="text">The text.</param>
    public static int CountCharacters(string text) => text.Length - Enumerable.Range(0, Math.Max(0, text.Length - 1)).Count(index => char.IsSurrogatePair(text, index));

    /// <summary>Splits a text into tokens.</summary>
    /// <param name="text">The text, up to 65,536 characters.</param>
    /// <param name="model">The model whose tokenizer is used; null uses the session's chat model.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<TokenizeResponse> TokenizeAsync(string text, string? model = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (text.Length == 0 || (text.Length > MaxCharacters && CountCharacters(text) > MaxCharacters))
        {
            throw new ArgumentException(FormattableString.Invariant($"A text to tokenize must have 1 to {MaxCharacters} characters, but this one has {CountCharacters(text)}."), nameof(text));
        }

        var request = new WireTokenizeRequest(text, model ?? _session.ChatModel);
        return _pipeline.SendAsync(
            new ApiRequest(Operations.Tokenize, options)
            {
                Body = JsonBody.Serialize(request, TokensJsonContext.Default.WireTokenizeRequest),
                Model = request.Model,
            },
            reply => JsonSerializer.Deserialize(reply.Body.Span, TokensJsonContext.Default.WireTokenizeResponse) is { Tokens: { } tokens } wire
                ? new TokenizeResponse(tokens, wire.TokenStrings ?? [], wire.Meta?.ToUsage() ?? Usage.None)
                : null,
            response => response.Usage,
            cancellationToken);
    }

    /// <summary>Decodes tokens to text.</summary>
    /// <param name="tokens">The tokens, up to 65,536.</param>
    /// <param name="model">The model whose tokenizer is used; null uses the session's chat model.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<DetokenizeResponse> DetokenizeAsync(IReadOnlyList<int> tokens, string? model = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (tokens.Count is 0 or > MaxTokens)
        {
            throw new ArgumentException(FormattableString.Invariant($"A call decodes 1 to {MaxTokens} tokens, but this one has {tokens.Count}."), nameof(tokens));
        }

        var request = new WireDetokenizeRequest(tokens, model ?? _session.ChatModel);
        return _pipeline.SendAsync(
            new ApiRequest(Operations.Detokenize, options)
            {
                Body = JsonBody.Serialize(request, TokensJsonContext.Default.WireDetokenizeRequest),
                Model = request.Model,
            },
            reply => JsonSerializer.Deserialize(reply.Body.Span, TokensJsonContext.Default.WireDetokenizeResponse) is { Text: { } text } wire
                ? new DetokenizeResponse(text, wire.Meta?.ToUsage() ?? Usage.None)
                : null,
            response => response.Usage,
            cancellationToken);
    }
}
