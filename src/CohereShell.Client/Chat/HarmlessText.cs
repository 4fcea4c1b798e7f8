using System.Text;

namespace CohereShell;

/// <summary>
/// Makes the control characters in a model's text visible, so that an escape sequence can't rewrite the screen, the title
/// or the clipboard. Line breaks and tabs stay. Each character is replaced by one, so that positions stay valid.
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

    // C0 without tab and line breaks, DEL, C1, and the characters that change the text direction.
    private static bool IsHarmful(char character) =>
        (char.IsControl(character) && character is not ('\t' or '\n' or '\r'))
        || character is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
