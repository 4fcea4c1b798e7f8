using System.Text;

namespace CohereShell;

/// <summary>
/// Joins the chunks of a text. A chunk can end with half of a surrogate pair, and the next one starts with its other half:
/// the half waits for it. A half that stays alone becomes U+FFFD.
/// </summary>
internal sealed class TextJoiner
{
    private const char Replacement = '\uFFFD';

    private readonly StringBuilder _text = new();
    private char? _half;

    /// <summary>Whether nothing was added so far.</summary>
    public bool IsEmpty => _text.Length == 0 && _half is null;

    /// <summary>Adds a chunk.</summary>
    /// <returns>The part of the text that is complete now; null if the chunk is null.</returns>
    public string? Add(string? chunk)
    {
        if (chunk is { Length: > 0 } && (_half is not null || HasLoneHalf(chunk)))
        {
            chunk = _half + chunk;
            char last = chunk[chunk.Length - 1];
            _half = char.IsHighSurrogate(last) ? last : null;
            chunk = Repair(_half is null ? chunk : chunk.Substring(0, chunk.Length - 1));
        }

        _text.Append(chunk);
        return chunk;
    }

    /// <summary>Ends the text.</summary>
    /// <returns>The rest of the text; null if there isn't any.</returns>
    public string? End()
    {
        if (_half is null)
        {
            return null;
        }

        _half = null;
        _text.Append(Replacement);
        return Replacement.ToString();
    }

    /// <summary>The text so far.</summary>
    public override string ToString() => _half is null ? _text.ToString() : _text.ToString() + Replacement;

    /// <summary>The text with U+FFFD in place of every half that is alone.</summary>
    public static string Repair(string text)
    {
        if (!HasLoneHalf(text))
        {
            return text;
        }

        var result = new StringBuilder(text);
        for (int index = 0; index < result.Length; index++)
        {
            if (index + 1 < result.Length && char.IsSurrogatePair(result[index], result[index + 1]))
            {
                index++;
            }
            else if (char.IsSurrogate(result[index]))
            {
                result[index] = Replacement;
            }
        }

        return result.ToString();
    }

    private static bool HasLoneHalf(string text)
    {
#if NET
        int index = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (index < 0)
        {
            return false;
        }
#else
        int index = 0;
#endif
        for (; index < text.Length; index++)
        {
            if (char.IsSurrogate(text[index]))
            {
                if (!char.IsSurrogatePair(text, index))
                {
                    return true;
                }

                index++;
            }
        }

        return false;
    }
}
