using System.Text;

namespace CohereShell.Emulation;

/// <summary>Decodes tokens to text: <see href="https://docs.cohere.com/reference/detokenize"/>.</summary>
internal sealed class EmulatedDetokenize : EmulatedOperation
{
    private const int MaxTokens = 65536;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        IReadOnlyList<Field> tokens = root["tokens"].Items();
        if (tokens.Count is 0 or > MaxTokens)
        {
            throw root["tokens"].Invalid(tokens.Count == 0
                ? "must not be empty"
                : FormattableString.Invariant($"must have at most {MaxTokens} entries - received {tokens.Count}"));
        }

        EmulatedModels.Named(root["model"].Text());
        return EmulatorResponse.Json(new SentText(Decode(tokens), ResponseMeta.Of("1")), TokensJson.Default.SentText);
    }

    // Collects all bytes before decoding, because a character can consist of several tokens.
    private static string Decode(IReadOnlyList<Field> tokens)
    {
        using var bytes = new MemoryStream();
        foreach (Field token in tokens)
        {
            long id = token.Integer(0, TokenCodec.VocabularySize - 1, "is an invalid token id")
                ?? throw token.WrongType("integer");
            byte[] piece = TokenCodec.Decode((int)id);
            bytes.Write(piece, 0, piece.Length);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
