using System.Globalization;

namespace CohereShell;

/// <summary>Recognizes the ends of sentences.</summary>
internal static class SentenceEnds
{
    private const int MostClosings = 3;
    private const int LongestAbbreviation = 6;
    private const string Ends = ".!?…؟।॥۔";
    private const string Closings = "\"'”’)]»›";

    // Words before a point that doesn't end a sentence. A single letter doesn't either.
    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "dr", "prof", "st", "vs", "no", "fig", "eq", "inc", "ltd", "co", "approx", "cf", "resp", "al",
        "nr", "bzw", "ca", "abb", "tab", "vgl", "evtl", "ggf", "inkl", "bspw", "hr", "fr", "str", "sog", "usw",
        "sr", "sra", "av", "mme", "mlle", "art", "dott", "sig",
    };

    /// <summary>Whether a sentence ends with a character.</summary>
    public static bool At(string text, int index)
    {
        for (int count = 0; count < MostClosings && index > 0 && Closings.IndexOf(text[index]) >= 0; count++)
        {
            index--;
        }

        return Ends.IndexOf(text[index]) >= 0 ? text[index] != '.' || !IsAbbreviation(text, index) : Ideographs.EndsSentence(text, index);
    }

    private static bool IsAbbreviation(string text, int point)
    {
        int start = point;
        while (start > 0 && point - start <= LongestAbbreviation && char.IsLetter(text[start - 1]))
        {
            start--;
        }

        int length = point - start;
        return length == 1 || (length is > 1 and <= LongestAbbreviation && Abbreviations.Contains(text.Substring(start, length)));
    }
}

/// <summary>Scripts without blanks between words: Chinese and Japanese.</summary>
internal static class Ideographs
{
    private const string SentenceEnd = "。！？｡";
    private const string Closing = "、。，．：；！？｡､）」』】》〉］｝〕〗〙ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ・…”’";
    private const string Opening = "（「『【《〈［｛〔〖〘“‘";

    /// <summary>Whether a character belongs to such a script.</summary>
    public static bool IsOne(char character) => character is (>= '\u3000' and <= '\u30ff') or (>= '\u3400' and <= '\u4dbf') or (>= '\u4e00' and <= '\u9fff') or (>= '\uf900' and <= '\ufaff') or (>= '\uff00' and <= '\uffef');

    /// <summary>Whether a character can't begin a line.</summary>
    public static bool MustFollow(char character) => Closing.IndexOf(character) >= 0 || character is '\u3099' or '\u309a' || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark || character is '\ufe0f' or '\ufe0e';

    /// <summary>Whether a character can't end a line.</summary>
    public static bool MustPrecede(char character) => Opening.IndexOf(character) >= 0;

    /// <summary>Whether a sentence ends with a character, or with a bracket after it.</summary>
    public static bool EndsSentence(string text, int index)
    {
        if (index > 0 && Closing.IndexOf(text[index]) >= 0 && SentenceEnd.IndexOf(text[index]) < 0)
        {
            index--;
        }

        return SentenceEnd.IndexOf(text[index]) >= 0;
    }
}

/// <summary>Characters as a reader sees them: letters with their marks, emoji with their parts.</summary>
internal static class Graphemes
{
    /// <summary>The number of UTF-16 units of the one at a position.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">The position.</param>
    /// <param name="most">The number of units to look at.</param>
    public static int LengthAt(string text, int index, int most)
    {
        int length = Math.Min(most, text.Length - index);
#if NET
        return StringInfo.GetNextTextElementLength(text.AsSpan(index, length));
#else
        return LengthOf(text.Substring(index, Math.Min(length, LongestElement)));
#endif
    }

#if !NET
    // .NET Framework has no method for a part of a text. Longer ones aren't letters of a language.
    private const int LongestElement = 64;

    private static int LengthOf(string part) => StringInfo.GetNextTextElement(part).Length;
#endif
}
