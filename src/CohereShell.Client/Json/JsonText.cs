using System.Text;

namespace CohereShell;

/// <summary>
/// Makes JSON that others wrote readable: UTF-8 without a byte order mark, without bytes that aren't UTF-8, and without
/// escapes of half a surrogate pair. System.Text.Json accepts the latter two, and throws when a text is read, which can
/// be much later.
/// </summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <summary>The bytes as readable UTF-8. If nothing is wrong with them, which is usual, they aren't copied.</summary>
    /// <param name="bytes">The bytes as received.</param>
    /// <param name="charSet">The encoding that the sender names; null for UTF-8.</param>
    public static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> bytes, string? charSet = null)
    {
        if (EncodingOf(bytes.Span, charSet) is { } encoding)
        {
            bytes = Encoding.UTF8.GetBytes(encoding.GetString(bytes.ToArray()));
        }

        if (bytes.Span.StartsWith("\uFEFF"u8))
        {
            bytes = bytes.Slice(3);
        }

        return Repair(bytes.Span) ?? bytes;
    }

    /// <summary>The repaired bytes; null if nothing is wrong with them.</summary>
    public static byte[]? Repair(ReadOnlySpan<byte> bytes)
    {
        byte[]? repaired = IsUtf8(bytes) ? null : Encoding.UTF8.GetBytes(Decode(bytes));
        return ReplaceHalves(repaired ?? bytes) ?? repaired;
    }

    /// <summary>Reads a JSON text that others wrote.</summary>
    /// <exception cref="JsonException">It isn't JSON.</exception>
    public static JsonDocument Parse(string json, JsonDocumentOptions options = default) => JsonDocument.Parse(Clean(Encoding.UTF8.GetBytes(json)), options);

    /// <summary>The text of a string token. Half of a surrogate pair stays what it is, so that it can meet its other half.</summary>
    public static string? ReadString(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped || reader.HasValueSequence || reader.TokenType != JsonTokenType.String || IndexOfHalf(reader.ValueSpan, 0) < 0)
        {
            return reader.GetString();
        }

        ReadOnlySpan<byte> raw = reader.ValueSpan;
        var text = new StringBuilder(raw.Length);
        int start = 0;
        for (int half = IndexOfHalf(raw, 0); half >= 0; half = IndexOfHalf(raw, start))
        {
            AppendUnescaped(text, raw.Slice(start, half - start));
            text.Append((char)HexAt(raw, half));
            start = half + EscapeLength;
        }

        AppendUnescaped(text, raw.Slice(start));
        return text.ToString();
    }

    private static void AppendUnescaped(StringBuilder text, ReadOnlySpan<byte> raw)
    {
        byte[] quoted = [(byte)'"', .. raw, (byte)'"'];
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        text.Append(reader.GetString());
    }

    private static byte[]? ReplaceHalves(ReadOnlySpan<byte> bytes)
    {
        byte[]? result = null;
        for (int half = IndexOfHalf(bytes, 0); half >= 0; half = IndexOfHalf(bytes, half + EscapeLength))
        {
            result ??= bytes.ToArray();
            "\\ufffd"u8.CopyTo(result.AsSpan(half));
        }

        return result;
    }

    /// <summary>The place of the next escape of half a surrogate pair; -1 if there isn't one.</summary>
    private static int IndexOfHalf(ReadOnlySpan<byte> bytes, int start)
    {
        // Most answers don't have such escapes at all.
        if (bytes.Slice(start).IndexOf("\\u"u8) < 0)
        {
            return -1;
        }

        for (int index = start; index < bytes.Length;)
        {
            int found = bytes.Slice(index).IndexOf((byte)'\\');
            if (found < 0)
            {
                return -1;
            }

            index += found;
            int unit = HexAt(bytes, index);
            if (unit is < 0xD800 or > 0xDFFF)
            {
                index += unit < 0 ? 2 : EscapeLength;
            }
            else if (unit <= 0xDBFF && HexAt(bytes, index + EscapeLength) is >= 0xDC00 and <= 0xDFFF)
            {
                index += 2 * EscapeLength;
            }
            else
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The value of an escape such as \ud83d; -1 if there isn't one at this place.</summary>
    private static int HexAt(ReadOnlySpan<byte> bytes, int index)
    {
        if (index + EscapeLength > bytes.Length || bytes[index] != '\\' || bytes[index + 1] != 'u')
        {
            return -1;
        }

        int value = 0;
        foreach (byte digit in bytes.Slice(index + 2, 4))
        {
            int number = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => -1,
            };
            if (number < 0)
            {
                return -1;
            }

            value = (value << 4) | number;
        }

        return value;
    }

    private static Encoding? EncodingOf(ReadOnlySpan<byte> bytes, string? charSet)
    {
        if (bytes.Length >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE)
        {
            return bytes.Length >= 4 && bytes[2] == 0 && bytes[3] == 0 ? Encoding.UTF32 : Encoding.Unicode;
        }

        if (bytes.Length >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF)
        {
            return Encoding.BigEndianUnicode;
        }

        string name = charSet?.Trim('"', '\'', ' ') ?? string.Empty;
        if (name.Length == 0 || name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase) || bytes.StartsWith("\uFEFF"u8))
        {
            return null;
        }

        // JSON in UTF-16 starts with an ASCII character, so the place of its zero tells the order of the bytes.
        Encoding? found = EncodingNamed(name);
        return found?.CodePage == Encoding.Unicode.CodePage && bytes.Length >= 2 && bytes[0] == 0 ? Encoding.BigEndianUnicode
            : found?.CodePage == Encoding.Unicode.CodePage && bytes.Length >= 2 && bytes[1] != 0 && IsUtf8(bytes) ? null
            : found;
    }

    private static Encoding? EncodingNamed(string name)
    {
        try
        {
            return EncodingNames.Get(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes) =>
#if NET
        Encoding.UTF8.GetString(bytes);
#else
        Encoding.UTF8.GetString(bytes.ToArray());
#endif

    private static bool IsUtf8(ReadOnlySpan<byte> bytes) => Utf8Text.ValidLength(bytes) == bytes.Length;
}
