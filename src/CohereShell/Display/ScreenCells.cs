using System.Globalization;

namespace CohereShell.Display;

/// <summary>The number of screen cells that a text occupies: two for wide characters and emoji, and none for accents.</summary>
internal static class ScreenCells
{
    private const char Emoji = '\ufe0f';
    private const char Joiner = '\u200d';

    // The first and the last code point of each range with the East Asian width "wide" or "fullwidth" (Unicode 16).
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115f), (0x231a, 0x231b), (0x2329, 0x232a), (0x23e9, 0x23ec), (0x23f0, 0x23f0), (0x23f3, 0x23f3), (0x25fd, 0x25fe),
        (0x2614, 0x2615), (0x2630, 0x2637), (0x2648, 0x2653), (0x267f, 0x267f), (0x268a, 0x268f), (0x2693, 0x2693), (0x26a1, 0x26a1),
        (0x26aa, 0x26ab), (0x26bd, 0x26be), (0x26c4, 0x26c5), (0x26ce, 0x26ce), (0x26d4, 0x26d4), (0x26ea, 0x26ea), (0x26f2, 0x26f3),
        (0x26f5, 0x26f5), (0x26fa, 0x26fa), (0x26fd, 0x26fd), (0x2705, 0x2705), (0x270a, 0x270b), (0x2728, 0x2728), (0x274c, 0x274c),
        (0x274e, 0x274e), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797), (0x27b0, 0x27b0), (0x27bf, 0x27bf), (0x2b1b, 0x2b1c),
        (0x2b50, 0x2b50), (0x2b55, 0x2b55), (0x2e80, 0x303e), (0x3041, 0x3247), (0x3250, 0xa4cf), (0xa960, 0xa97c), (0xac00, 0xd7a3),
        (0xf900, 0xfaff), (0xfe10, 0xfe19), (0xfe30, 0xfe6f), (0xff01, 0xff60), (0xffe0, 0xffe6), (0x16fe0, 0x18d08), (0x1aff0, 0x1b2fb),
        (0x1d300, 0x1d376), (0x1f004, 0x1f004), (0x1f0cf, 0x1f0cf), (0x1f18e, 0x1f18e), (0x1f191, 0x1f19a), (0x1f1e6, 0x1f265),
        (0x1f300, 0x1f320), (0x1f32d, 0x1f335), (0x1f337, 0x1f37c), (0x1f37e, 0x1f393), (0x1f3a0, 0x1f3ca), (0x1f3cf, 0x1f3d3),
        (0x1f3e0, 0x1f3f0), (0x1f3f4, 0x1f3f4), (0x1f3f8, 0x1f43e), (0x1f440, 0x1f440), (0x1f442, 0x1f4fc), (0x1f4ff, 0x1f53d),
        (0x1f54b, 0x1f54e), (0x1f550, 0x1f567), (0x1f57a, 0x1f57a), (0x1f595, 0x1f596), (0x1f5a4, 0x1f5a4), (0x1f5fb, 0x1f64f),
        (0x1f680, 0x1f6c5), (0x1f6cc, 0x1f6cc), (0x1f6d0, 0x1f6d2), (0x1f6d5, 0x1f6df), (0x1f6eb, 0x1f6ec), (0x1f6f4, 0x1f6fc),
        (0x1f7e0, 0x1f7f0), (0x1f90c, 0x1f93a), (0x1f93c, 0x1f945), (0x1f947, 0x1f9ff), (0x1fa70, 0x1faff), (0x20000, 0x3fffd),
    ];

    /// <summary>The cells of a text, counted by what the user sees as one character.</summary>
    public static int Of(string text)
    {
        int cells = 0;
        for (int i = 0; i < text.Length;)
        {
            string element = ElementAt(text, i);
            cells += OfElement(element);
            i += element.Length;
        }

        return cells;
    }

    /// <summary>What the user sees as one character, such as a letter with its accents or a family of emoji.</summary>
    public static string ElementAt(string text, int index)
    {
        // Most text is ASCII, for which the search for a cluster costs too much.
        if (text[index] < 0x80 && (index + 1 == text.Length || text[index + 1] < 0x80))
        {
            return text[index].ToString();
        }

        string element = StringInfo.GetNextTextElement(text, index);
        // Windows PowerShell's .NET doesn't join emoji.
        int end = index + element.Length;
        while (end < text.Length && (text[end] is Emoji or Joiner || text[end - 1] == Joiner))
        {
            end += char.IsSurrogatePair(text, end) ? 2 : 1;
        }

        return text.Substring(index, end - index);
    }

    /// <summary>The cells of an element.</summary>
    public static int OfElement(string element)
    {
        if (element.IndexOf(Emoji) > 0)
        {
            return 2;
        }

        for (int i = 0; i < element.Length; i += char.IsSurrogatePair(element, i) ? 2 : 1)
        {
            if (OfCharacter(element, i) is > 0 and int cells)
            {
                return cells;
            }
        }

        return 0;
    }

    /// <summary>The cells of the character at an index of a text.</summary>
    public static int OfCharacter(string text, int index) => text[index] < 0x80 ? 1 : CharUnicodeInfo.GetUnicodeCategory(text, index) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(char.IsSurrogatePair(text, index) ? char.ConvertToUtf32(text, index) : text[index]) ? 2 : 1,
    };

    private static bool IsWide(int codePoint)
    {
        int low = 0;
        int high = Wide.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (codePoint < Wide[middle].First)
            {
                high = middle - 1;
            }
            else if (codePoint > Wide[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
