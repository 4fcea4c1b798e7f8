namespace CohereShell;

/// <summary>Splits a text that is too long for one call.</summary>
internal static class TextParts
{
    /// <summary>A text without white space within this number of characters is split within a word.</summary>
    private const int LongestWord = 1000;

    /// <summary>The parts, each with at most the specified number of UTF-16 characters. Joined, they are the text.</summary>
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

    // After the last white space, so that words stay whole. Never between the two halves of a surrogate pair.
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
