using System.Text;
using CohereShell.Display;

namespace CohereShell.Prompt;

/// <summary>
/// An answer on the screen while it arrives: Markdown in lines that fit, and the numbers of sources behind the passages that
/// cite them. A citation that arrives after its passage is on the screen gets a number too, but only in the list of sources.
/// </summary>
internal sealed class AnswerScreen
{
    private readonly IChatTerminal _terminal;
    private readonly MarkdownWriter _writer;
    private readonly StringBuilder _text = new();
    private readonly SortedDictionary<int, string> _marks = [];
    private readonly List<string> _sources = [];
    private readonly Dictionary<int, int> _parts = [];

    public AnswerScreen(IChatTerminal terminal, AnswerStyles? styles)
    {
        _terminal = terminal;
        _writer = new MarkdownWriter(new WrappedText(() => terminal.WrapWidth, terminal.WritePiece), styles, () => terminal.WrapWidth);
    }

    /// <summary>The text so far, as the model wrote it.</summary>
    public string Text => _text.ToString();

    /// <summary>The sources in the order of their numbers, as keys of <see cref="CitedText"/>.</summary>
    public IReadOnlyList<string> Sources => _sources;

    /// <summary>Shows the events that arrived together.</summary>
    public void Show(IEnumerable<ChatStreamEvent> events)
    {
        foreach (ChatStreamEvent item in events)
        {
            if (item.Text is { Length: > 0 } text)
            {
                int part = item.Index ?? 0;
                if (!_parts.ContainsKey(part))
                {
                    _parts[part] = _text.Length;
                }

                _text.Append(text);
                _writer.Add(DisplayText.Sanitize(text));
            }

            if (item.Citation is { } citation)
            {
                Cite(citation);
            }
        }

        _writer.Show();
    }

    /// <summary>Ends the answer.</summary>
    public void End()
    {
        if (_text.Length > 0)
        {
            _writer.End();
            _terminal.EndPieces(Marked());
        }
    }

    private void Cite(Citation citation)
    {
        if (citation.Sources.Count == 0 || citation.Type is not (null or "TEXT_CONTENT"))
        {
            return;
        }

        var numbers = new SortedSet<int>();
        foreach (CitationSource source in citation.Sources)
        {
            string key = CitedText.KeyOf(source);
            int index = _sources.IndexOf(key);
            if (index < 0)
            {
                index = _sources.Count;
                _sources.Add(key);
            }

            numbers.Add(index + 1);
        }

        int offset = _parts.TryGetValue(citation.ContentIndex, out int start) ? start : 0;
        string mark = string.Concat(numbers.Select(number => FormattableString.Invariant($"[{number}]")));
        int place = offset + citation.In(_text.ToString(offset, _text.Length - offset)).End;
        if (_writer.TryMark(place, mark))
        {
            _marks[place] = _marks.TryGetValue(place, out string? before) && before != mark ? before + mark : mark;
        }
    }

    // For the transcript, without escape codes and line breaks of the screen.
    private string Marked()
    {
        var marked = new StringBuilder(DisplayText.Sanitize(_text.ToString()));
        foreach (KeyValuePair<int, string> mark in _marks.Reverse())
        {
            marked.Insert(Math.Min(mark.Key, marked.Length), " " + mark.Value);
        }

        return marked.ToString();
    }
}
