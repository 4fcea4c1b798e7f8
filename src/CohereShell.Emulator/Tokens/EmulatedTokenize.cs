using System.Text;

namespace CohereShell.Emulation;

/// <summary>Encodes a text as tokens: <see href="https://docs.cohere.com/reference/tokenize"/>.</summary>
internal sealed class EmulatedTokenize : EmulatedOperation
{
    private const int MaxCharacters = 65536;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        string? text = root["text"].Text();
        if (string.IsNullOrEmpty(text))
        {
            throw new EmulatorException(400, "invalid request: required 'text' param is missing or empty.");
        }

        int length = text!.Length - text.Count(char.IsLowSurrogate);
        if (length > MaxCharacters)
        {
            throw root["text"].Invalid(FormattableString.Invariant($"must be at most {MaxCharacters} characters long - received {length}"));
        }

        EmulatedModels.Named(root["model"].Text());
        RefusalHook.Check(text, 0);
        List<int> tokens = TokenCodec.Encode(text);

        // As at Cohere, a byte that isn't a complete character becomes the replacement character.
        string[] strings = tokens.Select(token => Encoding.UTF8.GetString(TokenCodec.Decode(token))).ToArray();
        return EmulatorResponse.Json(new SentTokens(tokens, strings, ResponseMeta.Of("1")), TokensJson.Default.SentTokens);
    }
}
