namespace CohereShell;

/// <summary>Finds where the tokens of a text end, by asking the service. A long text is sent in parts.</summary>
/// <param name="client">The client.</param>
/// <param name="model">The model whose tokenizer is used; null uses the session's chat model.</param>
/// <param name="options">The settings of each call.</param>
internal sealed class TokenPositions(TokensClient client, string? model, RequestOptions options)
{
    // How far the text of a token is looked for after tokens whose text isn't in the text: parts of a character.
    private const int CharactersPerToken = 8;

    private readonly TokensClient _client = client;
    private readonly string? _model = model;
    private readonly RequestOptions _options = options;

    /// <summary>The position after each token, in order.</summary>
    /// <exception cref="CohereException">A call failed.</exception>
    public async Task<int[]> FindAsync(string text, CancellationToken cancellationToken)
    {
        var ends = new List<int>();
        int start = 0;
        foreach (string part in TextParts.Of(text, TokensClient.MaxCharacters))
        {
            TokenizeResponse response = await _client.TokenizeAsync(part, _model, _options, cancellationToken).ConfigureAwait(false);
            Add(ends, part, start, response);
            start += part.Length;
        }

        return ends.ToArray();
    }

    // A character of several tokens has no text in any of them. The tokens up to the next text are spread over it.
    private static void Add(List<int> ends, string part, int start, TokenizeResponse response)
    {
        int position = 0;
        int unknown = 0;
        for (int index = 0; index < response.Tokens.Count; index++)
        {
            string token = index < response.TokenStrings.Count ? response.TokenStrings[index] : string.Empty;
            int place = token.Length == 0 ? -1 : part.IndexOf(token, position, Math.Min(part.Length - position, token.Length + (unknown * CharactersPerToken)), StringComparison.Ordinal);
            if (place < 0)
            {
                unknown++;
                continue;
            }

            Spread(ends, start + position, start + place, unknown);
            unknown = 0;
            position = place + token.Length;
            ends.Add(start + position);
        }

        Spread(ends, start + position, start + part.Length, unknown);
        if (ends.Count > 0 && ends[ends.Count - 1] < start + part.Length)
        {
            ends[ends.Count - 1] = start + part.Length;
        }
    }

    private static void Spread(List<int> ends, int start, int end, int count)
    {
        for (int index = 1; index <= count; index++)
        {
            ends.Add(start + (int)((long)(end - start) * index / count));
        }
    }
}
