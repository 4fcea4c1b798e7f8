using System.Globalization;
using System.Text;

namespace CohereShell;

/// <summary>The text of an answer with source numbers, and the sources.</summary>
internal sealed class CitedText
{
    private readonly List<CitedSource> _sources = [];

    /// <param name="response">The answer.</param>
    /// <param name="shown">
    /// The keys of the sources that already have a number on the screen, in the order of their numbers. The other sources
    /// get the numbers after them, in the order of their first citation.
    /// </param>
    public CitedText(ChatResponse response, IReadOnlyList<string>? shown = null)
    {
        string text = HarmlessText.From(response.Text);
        var calls = response.History.SelectMany(message => message.ToolCalls).ToArray();
        var numbers = new Dictionary<string, CitedSource>(StringComparer.Ordinal);
        var passages = new List<Passage>();
        int next = shown?.Count ?? 0;
        foreach ((Citation citation, int start, int end) in Placed(response.AnswerMessage, text.Length))
        {
            var cited = new SortedSet<int>();
            foreach (CitationSource source in citation.Sources)
            {
                string key = KeyOf(source);
                if (!numbers.TryGetValue(key, out CitedSource? known))
                {
                    known = numbers[key] = new CitedSource(NumberOf(key, shown ?? [], ref next), source, calls);
                    _sources.Add(known);
                }

                cited.Add(known.Number);
                if (citation.Text.Length > 0 && !known.Passages.Contains(citation.Text))
                {
                    known.Passages.Add(citation.Text);
                }
            }

            Add(passages, new Passage(start, end, cited), text);
        }

        _sources.Sort((one, other) => one.Number.CompareTo(other.Number));
        Text = Mark(text, passages);
    }

    /// <summary>What distinguishes a source from the others: its id, or all of it.</summary>
    public static string KeyOf(CitationSource source) => source.Id is { Length: > 0 } id ? source.Type + "\n" + id : source.Raw.GetRawText();

    private static int NumberOf(string key, IReadOnlyList<string> shown, ref int next)
    {
        for (int i = 0; i < shown.Count; i++)
        {
            if (shown[i] == key)
            {
                return i + 1;
            }
        }

        return ++next;
    }

    /// <summary>The text with the numbers.</summary>
    public string Text { get; }

    /// <summary>The sources, in the order of their numbers.</summary>
    public IReadOnlyList<CitedSource> Sources => _sources;

    // Only citations of the text, with their positions in the whole text. Thoughts and plans aren't part of it.
    private static IEnumerable<(Citation Citation, int Start, int End)> Placed(ChatMessage message, int length) => message.Citations
        .Where(citation => citation.Sources.Count > 0 && citation.Type is null or "TEXT_CONTENT")
        .Select(citation =>
        {
            int offset = citation.ContentIndex >= 0 && citation.ContentIndex < message.Content.Count && message.Content[citation.ContentIndex].Type == ChatContentType.Text
                ? message.Content.Take(citation.ContentIndex).Where(part => part.Type == ChatContentType.Text).Sum(part => part.Text?.Length ?? 0)
                : 0;
            int end = Math.Max(0, Math.Min(offset + citation.End, length));
            return (citation, Start: Math.Max(0, Math.Min(offset + citation.Start, end)), End: end);
        })
        .OrderBy(citation => citation.Start)
        .ThenBy(citation => citation.End);

    // Passages that overlap or follow each other and have the same sources become one passage.
    private static void Add(List<Passage> passages, Passage passage, string text)
    {
        Passage? before = passages.LastOrDefault(other => other.Sources.SetEquals(passage.Sources));
        if (before is not null && (passage.Start <= before.End || string.IsNullOrWhiteSpace(text.Substring(before.End, passage.Start - before.End))))
        {
            before.End = Math.Max(before.End, passage.End);
            return;
        }

        passages.Add(passage);
    }

    private static string Mark(string text, List<Passage> passages)
    {
        if (passages.Count == 0)
        {
            return text;
        }

        var places = new MarkdownPlaces(text);
        var marks = new SortedDictionary<int, (MarkdownPlaces.Block? Block, SortedSet<int> Sources)>();
        foreach (Passage passage in passages)
        {
            int place = places.Nearest(passage.End, out MarkdownPlaces.Block? block);
            if (marks.TryGetValue(place, out (MarkdownPlaces.Block? Block, SortedSet<int> Sources) mark))
            {
                mark.Sources.UnionWith(passage.Sources);
            }
            else
            {
                marks[place] = (block, new SortedSet<int>(passage.Sources));
            }
        }

        var result = new StringBuilder(text.Length + (marks.Count * 8));
        int written = 0;
        foreach (KeyValuePair<int, (MarkdownPlaces.Block? Block, SortedSet<int> Sources)> mark in marks)
        {
            result.Append(text, written, mark.Key - written);
            written = mark.Key;
            string numbers = string.Concat(mark.Value.Sources.Select(number => "[" + number.ToString(CultureInfo.InvariantCulture) + "]"));
            if (mark.Value.Block is { } block)
            {
                // After the code block, in a separate paragraph.
                result.Append("\n\n").Append(block.Indent).Append(numbers);
                result.Append(written < text.Length && !StartsBlankLine(text, written) ? "\n" : string.Empty);
                continue;
            }

            result.Append(written > 0 ? " " : string.Empty).Append(numbers);
            // Without the space, [1](…) would be a link and [1]: a link definition.
            result.Append(written < text.Length && text[written] is '(' or '[' or ':' ? " " : string.Empty);
        }

        return result.Append(text, written, text.Length - written).ToString();
    }

    private static bool StartsBlankLine(string text, int lineEnd)
    {
        int next = text.IndexOf('\n', lineEnd) + 1;
        int end = text.IndexOf('\n', next);
        return next == 0 || string.IsNullOrWhiteSpace(text.Substring(next, (end < 0 ? text.Length : end) - next));
    }

    private sealed class Passage(int start, int end, SortedSet<int> sources)
    {
        public int Start { get; } = start;

        public int End { get; set; } = end;

        public SortedSet<int> Sources { get; } = sources;
    }
}
