namespace CohereShell.Commands;

/// <summary>Cuts a text that is too long for a call.</summary>
internal static class TextParts
{
    /// <summary>Texts without white space for so long are not cut at words any more.</summary>
    private const int LongestWord = 1000;

    /// <summary>The parts, each with at most so many characters of .NET. Together they are the text.</summary>
    public static IEnumerable<string> Of(string text, int length)
    {
        int start = 0;
        while (text.Length - start > length)
        {
            int end = EndOf(text, start, start + length);
            yield return text.Substring(start, end - start);
            start = end;
        }

        yield return text.Substring(start);
    }

    // Behind the last white space, so that no word is cut in two; never inside a character that is made of two.
    private static int EndOf(string text, int start, int latest)
    {
        for (int end = latest; end > start && end > latest - LongestWord; end--)
        {
            if (char.IsWhiteSpace(text[end - 1]))
            {
                return end;
            }
        }

        return char.IsHighSurrogate(text[latest - 1]) && char.IsLowSurrogate(text[latest]) ? latest - 1 : latest;
    }
}
