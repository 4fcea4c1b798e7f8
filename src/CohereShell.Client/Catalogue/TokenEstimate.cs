namespace CohereShell;

/// <summary>
/// Estimates tokens on this computer. A token of English text has about four characters. In other languages it has fewer
/// characters, and they have more bytes. The number of bytes by three is therefore a high estimate for all of them.
/// </summary>
internal static class TokenEstimate
{
    /// <summary>The number of bytes of a token in the high estimate.</summary>
    public const int BytesPerToken = 3;

    /// <summary>The number of characters of a token in English text.</summary>
    public const int CharactersPerToken = 4;

    /// <summary>The high estimate for a text.</summary>
    public static int Of(string text)
    {
        long bytes = 0;
        foreach (char unit in text)
        {
            bytes += BytesOf(unit);
        }

        return (int)OfBytes(bytes);
    }

    /// <summary>The high estimate for a number of bytes.</summary>
    public static long OfBytes(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;

    /// <summary>The number of bytes of a UTF-16 unit. The halves of a surrogate pair have two each.</summary>
    public static int BytesOf(char unit) => unit < 0x80 ? 1 : unit < 0x800 || char.IsSurrogate(unit) ? 2 : 3;
}
