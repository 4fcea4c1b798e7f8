using System.Text;

namespace CohereShell;

/// <summary>
/// Makes the control characters in a server's, a model's or a file's text visible, so that an escape sequence can't rewrite
/// the screen, the title or the clipboard. Line breaks and tabs stay. Each character is replaced by one, so that positions
/// stay valid.
/// </summary>
internal static class HarmlessText
{
    public static string From(string? text)
    {
        if (text is null || IsHarmless(text))
        {
            return text ?? string.Empty;
        }

        var result = new StringBuilder(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            char character = text[index];
            result.Append(!IsHarmful(text, index) ? character : character < 0x20 ? (char)(0x2400 + character) : '\ufffd');
        }

        return result.ToString();
    }

    /// <summary>Whether the text can be shown as it is.</summary>
    public static bool IsHarmless(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (IsHarmful(text, index))
            {
                return false;
            }
        }

        return true;
    }

    // C0 without tab and line breaks, DEL, C1, other line separators, and the characters that change the text direction. A
    // carriage return without a line feed moves the cursor to the start of the line, and what follows hides the line.
    private static bool IsHarmful(string text, int index) => text[index] switch
    {
        '\t' or '\n' => false,
        '\r' => index + 1 >= text.Length || text[index + 1] != '\n',
        '\u061c' or '\u200e' or '\u200f' or '\u2028' or '\u2029' => true,
        (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or (>= '\ufff9' and <= '\ufffb') => true,
        var character => char.IsControl(character),
    };
}
