using System.Globalization;
using System.Text;

namespace CohereShell.Display;

/// <summary>
/// A match of an index for the screen: where it was found, and the passage with the most words of the query, which are
/// highlighted. PowerShell removes the highlights when the output is redirected or colour is off.
/// </summary>
internal static class MatchText
{
    private const int Margin = 3;
    private const int PassageLength = 220;
    private const int ShortestWord = 3;

    /// <summary>The most letters that an ending can have: drop, drops, dropped.</summary>
    private const int LongestEnding = 3;

    /// <summary>Words that are in almost every text.</summary>
    private static readonly HashSet<string> Common = new(
        ["the", "and", "for", "are", "was", "were", "what", "which", "who", "how", "when", "where", "why", "does", "did", "can", "with", "that", "this", "from", "has", "have", "had", "not", "you", "your", "our", "their", "its", "should", "would", "will"],
        StringComparer.OrdinalIgnoreCase);

    /// <param name="match">The match.</param>
    /// <param name="width">The width of the screen.</param>
    /// <param name="isStyled">Whether the screen shows styles.</param>
    public static string Of(IndexMatch match, int width, bool isStyled)
    {
        string rank = match.Rank.ToString(CultureInfo.InvariantCulture).PadLeft(2);
        string score = match.Score.ToString("0.0000", CultureInfo.InvariantCulture);
        var place = new StringBuilder(Place(match, isStyled));
        if (match.Heading is { Length: > 0 } heading)
        {
            place.Append(" > ").Append(DisplayText.OneLine(heading, Math.Max(20, width - 40)));
        }

        if (match.Page is { } page)
        {
            place.Append(FormattableString.Invariant($", page {page}"));
        }

        string[] words = WordsOf(match.Query).Where(word => word.Length >= ShortestWord && !Common.Contains(word)).ToArray();
        var lines = new StringBuilder();
        var wrapped = new WrappedText(() => width, text => lines.Append(text));
        wrapped.BeginLine(new string(' ', Margin), new string(' ', Margin));
        foreach ((string part, bool isHit) in Split(Passage(DisplayText.OneLine(match.Text, int.MaxValue), words), words))
        {
            TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(part);
            while (elements.MoveNext())
            {
                wrapped.Add(elements.GetTextElement(), isHit && isStyled ? "\u001b[1m" : string.Empty);
            }
        }

        wrapped.End();
        return $"{rank} {score} {place}{Environment.NewLine}{lines}";
    }

    // The name of the file, as a link to it if the terminal shows links.
    private static string Place(IndexMatch match, bool isStyled)
    {
        string name = DisplayText.OneLine(match.Path is { } path ? path.Split('/', '\\').Last() : match.Title, 60);
        return isStyled && Links.AreShown && Links.ToFile(match.Path) is { } address ? $"\u001b]8;;{address}\u001b\\{name}\u001b]8;;\u001b\\" : name;
    }

    // The part of the text with the most different words of the query. Without any, the beginning.
    private static string Passage(string text, string[] words)
    {
        if (text.Length <= PassageLength)
        {
            return text;
        }

        (int Start, string Word)[] hits = Split(text, words)
            .Aggregate((Position: 0, Hits: new List<(int, string)>()), (state, part) =>
            {
                if (part.IsHit)
                {
                    state.Hits.Add((state.Position, part.Text));
                }

                return (state.Position + part.Text.Length, state.Hits);
            }).Hits.ToArray();
        int best = 0;
        int most = 0;
        for (int first = 0; first < hits.Length; first++)
        {
            int start = hits[first].Start;
            int count = hits.Skip(first).TakeWhile(hit => hit.Start < start + PassageLength - 40).Select(hit => hit.Word.ToUpperInvariant()).Distinct().Count();
            if (count > most)
            {
                (best, most) = (start, count);
            }
        }

        int from = WordStart(text, Math.Max(0, Math.Min(best - 40, text.Length - PassageLength)));
        int to = from + PassageLength >= text.Length ? text.Length : WordStart(text, from + PassageLength);
        return (from > 0 ? "… " : string.Empty) + text.Substring(from, to - from).TrimEnd() + (to < text.Length ? " …" : string.Empty);
    }

    // The beginning of the word at a position. A text without blanks is cut between characters.
    private static int WordStart(string text, int position)
    {
        int blank = position == 0 ? -1 : text.LastIndexOf(' ', position - 1, Math.Min(position, 40));
        int start = blank >= 0 ? blank + 1 : position;
        return start > 0 && start < text.Length && char.IsLowSurrogate(text[start]) ? start - 1 : start;
    }

    private static IEnumerable<(string Text, bool IsHit)> Split(string text, string[] words)
    {
        int start = 0;
        while (start < text.Length)
        {
            bool isWord = char.IsLetterOrDigit(text[start]);
            int end = start + 1;
            while (end < text.Length && char.IsLetterOrDigit(text[end]) == isWord)
            {
                end++;
            }

            string part = text.Substring(start, end - start);
            yield return (part, isWord && Array.Exists(words, word => IsSame(word, part)));
            start = end;
        }
    }

    private static IEnumerable<string> WordsOf(string text) => Split(text, []).Where(part => char.IsLetterOrDigit(part.Text[0])).Select(part => part.Text);

    // The same word, also with another ending.
    private static bool IsSame(string word, string other)
    {
        (string shorter, string longer) = word.Length <= other.Length ? (word, other) : (other, word);
        return longer.StartsWith(shorter, StringComparison.OrdinalIgnoreCase)
            && (shorter.Length == longer.Length || (shorter.Length > ShortestWord && longer.Length - shorter.Length <= LongestEnding));
    }
}
