using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>
/// Splits text into the emulator's tokens. A token is a run of at most twelve letters or digits, or any other single
/// character, including ideographs. White space belongs to the token that follows. For English, the number of tokens is
/// similar to that of Cohere's tokenizer. Usage, <c>max_tokens</c>, streams and logprobs all count these tokens.
/// </summary>
internal static class Tokens
{
    private const int MaxRun = 12;
    private const char FirstIdeographic = '\u2E80';

    /// <summary>The number of input tokens of an image.</summary>
    internal const int PerImage = 256;

    internal static IEnumerable<string> Split(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            int end = End(text, start);
            yield return text.Substring(start, end - start);
            start = end;
        }
    }

    internal static int Count(string text)
    {
        int count = 0;
        for (int position = 0; position < text.Length; position = End(text, position))
        {
            count++;
        }

        return count;
    }

    /// <summary>Returns the first tokens of a text.</summary>
    internal static string Take(string text, int count)
    {
        int end = 0;
        for (int taken = 0; taken < count && end < text.Length; taken++)
        {
            end = End(text, end);
        }

        return text.Substring(0, end);
    }

    private static int End(string text, int start)
    {
        int position = start;
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        int run = 0;
        while (position < text.Length && run < MaxRun && IsOfWord(text[position], run))
        {
            position++;
            run++;
        }

        if (run > 0 || position == text.Length)
        {
            return position;
        }

        return position + (char.IsSurrogatePair(text, position) ? 2 : 1);
    }

    private static bool IsOfWord(char c, int run) =>
        (char.IsLetterOrDigit(c) && c < FirstIdeographic)
        || (run > 0 && CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark);
}
