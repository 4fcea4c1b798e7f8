using System.Text;

namespace CohereShell;

/// <summary>
/// Text of a model with its control characters made visible: an escape sequence must not be able to rewrite a screen, a
/// title or a clipboard. Line breaks and tabs stay. Each character stays one, so that places in the text stay right.
/// </summary>
internal static class HarmlessText
{
    public static string From(string? text)
    {
        if (text is null || !text.Any(IsHarmful))
        {
            return text ?? string.Empty;
        }

        var result = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            result.Append(!IsHarmful(character) ? character : character < 0x20 ? (char)(0x2400 + character) : '\ufffd');
        }

        return result.ToString();
    }

    // C0 but for tab and line breaks, DEL, C1, and the marks that turn the direction of writing around.
    private static bool IsHarmful(char character) =>
        (char.IsControl(character) && character is not ('\t' or '\n' or '\r'))
        || character is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
