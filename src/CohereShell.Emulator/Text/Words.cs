using System.Text;
using System.Text.RegularExpressions;

namespace CohereShell.Emulation;

/// <summary>The elements of a text that the emulator recognizes: words, sentences, numbers and quotations.</summary>
internal static class Words
{
    // Words that occur in almost any question and any document.
    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "get", "give", "has", "have", "how", "i",
        "in", "is", "it", "its", "me", "my", "of", "on", "or", "our", "please", "show", "tell", "that", "the", "their", "them", "there",
        "they", "thi", "to", "use", "wa", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with", "you", "your",
    };

    private static readonly Regex Word = new(@"\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|\p{Lu}+(?!\p{Ll})|\p{N}+", RegexOptions.CultureInvariant);
    private static readonly Regex NumberPattern = new(@"(?<![\w.])-?\d+(?:\.\d+)?(?!\w|\.\d)", RegexOptions.CultureInvariant);
    private static readonly Regex Quotation = new("\"([^\"]+)\"|“([^”]+)”|(?<!\\w)'([^']+)'(?!\\w)", RegexOptions.CultureInvariant);

    /// <summary>The words without meaning, in normalized form.</summary>
    internal static IEnumerable<string> WithoutMeaning => Common;

    /// <summary>The distinct words with meaning, in normalized form: lower case, without a plural s.</summary>
    internal static HashSet<string> Meaning(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match match in Word.Matches(text))
        {
            string stem = Stem(match.Value.ToLowerInvariant());
            if (!Common.Contains(stem))
            {
                words.Add(stem);
            }
        }

        return words;
    }

    /// <summary>All words in order, in normalized form, including words without meaning.</summary>
    internal static IReadOnlyList<string> Of(string text) =>
        Word.Matches(text).Cast<Match>().Select(match => Stem(match.Value.ToLowerInvariant())).ToArray();

    /// <summary>The sentences with their end marks, without surrounding white space.</summary>
    internal static IEnumerable<string> Sentences(string text)
    {
        var sentence = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool endsLine = c is '\n' or '\r';
            sentence.Append(endsLine ? ' ' : c);
            bool ends = endsLine || c is '。' or '！' or '？'
                || (c is '.' or '!' or '?' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])));
            if (ends && sentence.ToString().Trim() is { Length: > 0 } found)
            {
                yield return found;
                sentence.Clear();
            }
        }

        if (sentence.ToString().Trim() is { Length: > 0 } rest)
        {
            yield return rest;
        }
    }

    /// <summary>The numbers in a text, as written.</summary>
    internal static IReadOnlyList<string> Numbers(string text) =>
        NumberPattern.Matches(text).Cast<Match>().Select(match => match.Value).ToArray();

    /// <summary>The texts in quotation marks.</summary>
    internal static IReadOnlyList<string> Quoted(string text) =>
        Quotations(text)
            .Select(match => match.Groups.Cast<Group>().Skip(1).First(group => group.Success).Value)
            .ToArray();

    /// <summary>The places of texts in quotation marks. Of the groups after the first, one has the text.</summary>
    internal static IEnumerable<Match> Quotations(string text) => Quotation.Matches(text).Cast<Match>();

    /// <summary>Shortens a text to about that number of characters, without splitting a surrogate pair.</summary>
    internal static string Shorten(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        int end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return new StringBuilder(text, 0, end, end + 1).Append('…').ToString();
    }

    private static string Stem(string word) =>
        word.Length > 3 && word.EndsWith("s", StringComparison.Ordinal) && !word.EndsWith("ss", StringComparison.Ordinal)
            ? word.Substring(0, word.Length - 1)
            : word;
}
