namespace CohereShell;

/// <summary>
/// Tokens: <see href="https://docs.cohere.com/reference/tokenize"/> and
/// <see href="https://docs.cohere.com/reference/detokenize"/>.
/// </summary>
public sealed class TokensClient
{
    /// <summary>The most characters of a text.</summary>
    public const int MaxCharacters = 65536;

    /// <summary>The most tokens of a text.</summary>
    public const int MaxTokens = 65536;

    private readonly CohereSession _session;
    private readonly ApiPipeline _pipeline;

    internal TokensClient(CohereSession session, ApiPipeline pipeline)
    {
        _session = session;
        _pipeline = pipeline;
    }

    /// <summary>How many characters the API counts in a text: one for a pair of surrogates.</summary>
    /// <param name="text">The text.</param>
    public static int CountCharacters(string text) => text.Length - Enumerable.Range(0, Math.Max(0, text.Length - 1)).Count(index => char.IsSurrogatePair(text, index));

    /// <summary>Splits a text into tokens.</summary>
    /// <param name="text">The text, at most 65,536 characters.</param>
    /// <param name="model">The model whose tokenizer is used; null takes the session's for chat.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<TokenizeResponse> TokenizeAsync(string text, string? model = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (text.Length == 0 || (text.Length > MaxCharacters && CountCharacters(text) > MaxCharacters))
        {
            throw new ArgumentException(FormattableString.Invariant($"A text to tokenize has 1 to {MaxCharacters} characters, and this one has {CountCharacters(text)}."), nameof(text));
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

    /// <summary>Makes the text of tokens.</summary>
    /// <param name="tokens">The tokens, at most 65,536.</param>
    /// <param name="model">The model whose tokenizer is used; null takes the session's for chat.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<DetokenizeResponse> DetokenizeAsync(IReadOnlyList<int> tokens, string? model = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (tokens.Count is 0 or > MaxTokens)
        {
            throw new ArgumentException(FormattableString.Invariant($"A text is made of 1 to {MaxTokens} tokens, and these are {tokens.Count}."), nameof(tokens));
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
