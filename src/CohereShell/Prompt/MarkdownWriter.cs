using System.Text;
using System.Text.RegularExpressions;
using CohereShell.Display;

namespace CohereShell.Prompt;

/// <summary>
/// Shows Markdown while it arrives. A line is shown word by word as soon as its kind is known. Only what can't be known
/// yet waits: the last word, an emphasis that isn't closed, headings, lines of code, and tables. Without styles, the text is
/// shown as it is, in lines that fit.
/// </summary>
/// <param name="output">Receives the text.</param>
/// <param name="styles">The styles; null for plain text.</param>
/// <param name="width">The number of cells in a line; null if the host wraps lines itself.</param>
internal sealed class MarkdownWriter(WrappedText output, AnswerStyles? styles, Func<int?> width)
{
    // An unclosed emphasis waits at most for this number of characters.
    private const int LongestWait = 400;

    // A word waits for its end, but a line without spaces must appear too.
    private const int LongestWord = 60;
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private static readonly Regex Heading = new(@"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$", RegexOptions.CultureInvariant);
    private static readonly Regex Rule = new(@"^ {0,3}([-*_])([ \t]*\1){2,}[ \t]*$", RegexOptions.CultureInvariant);
    private static readonly Regex Item = new(@"^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(?=\S)", RegexOptions.CultureInvariant);
    private static readonly Regex Quote = new(@"^[ ]{0,3}(>[ ]?)+", RegexOptions.CultureInvariant);
    private static readonly Regex Separator = new(@"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", RegexOptions.CultureInvariant);

    private readonly StringBuilder _waiting = new();
    private readonly SortedDictionary<int, string> _marks = [];
    private readonly List<(string Line, int Place)> _table = [];
    private int _place;
    private bool _isInLine;
    private string _lineStyle = string.Empty;
    private string? _fence;

    /// <summary>The number of characters that can't be changed any more.</summary>
    private int Shown => _table.Count > 0 ? _table[0].Place : _place;

    /// <summary>Adds a part of the text.</summary>
    public void Add(string text)
    {
        _waiting.Append(text);
    }

    /// <summary>Puts a mark behind a number of characters of the text. Returns false if the text after it is already on the screen.</summary>
    public bool TryMark(int place, string mark)
    {
        if (place < Shown || place > _place + _waiting.Length)
        {
            return false;
        }

        _marks[place] = _marks.TryGetValue(place, out string? before) ? (before.Contains(mark) ? before : before + mark) : mark;
        return true;
    }

    /// <summary>Shows what is certain.</summary>
    public void Show()
    {
        Read(isEnd: false);
        output.Flush();
    }

    /// <summary>Shows the rest.</summary>
    public void End()
    {
        Read(isEnd: true);
        EndTable();
        FlushMarks(int.MaxValue);
        output.End();
    }

    private void Read(bool isEnd)
    {
        string text = _waiting.ToString();
        int limit = isEnd ? text.TrimEnd().Length : CertainLength(text);
        int start = 0;
        while (start < limit)
        {
            int lineEnd = text.IndexOf('\n', start, limit - start);
            bool isComplete = lineEnd >= 0 || isEnd;
            int end = lineEnd >= 0 ? lineEnd : limit;
            int next = lineEnd >= 0 ? lineEnd + 1 : limit;
            int content = lineEnd > start && text[lineEnd - 1] == '\r' ? lineEnd - 1 : end;
            if (!_isInLine)
            {
                if (TryWholeLine(text.Substring(start, content - start), _place + start, isComplete, out bool mustWait))
                {
                    start = next;
                    continue;
                }

                if (mustWait)
                {
                    break;
                }

                start += BeginLine(text.Substring(start, content - start));
                _isInLine = true;
            }

            int read = Inline(text, start, content, isComplete, _lineStyle, _place, Write);
            if (!isComplete)
            {
                start = read;
                break;
            }

            FlushMarks(_place + content);
            output.EndLine();
            _isInLine = false;
            start = next;
        }

        _waiting.Remove(0, isEnd ? _waiting.Length : start);
        _place += start;
    }

    // Everything before the last word. The word may get longer, and its citation arrives after it.
    private static int CertainLength(string text)
    {
        int end = text.Length;
        while (end > 0 && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        int word = end;
        while (word > 0 && !char.IsWhiteSpace(text[word - 1]))
        {
            word--;
        }

        return end - word <= LongestWord ? word : end - (char.IsLowSurrogate(text[end - 1]) ? 2 : 1);
    }

    // Lines whose look depends on all of the line.
    private bool TryWholeLine(string line, int place, bool isComplete, out bool mustWait)
    {
        mustWait = false;
        string content = line.TrimStart(' ', '\t');
        if (_fence is not null)
        {
            mustWait = !isComplete;
            if (isComplete)
            {
                AddCode(line, content, place);
            }

            return isComplete;
        }

        if (content.Length == 0)
        {
            mustWait = !isComplete;
            if (isComplete)
            {
                EndTable();
                output.EndLine();
            }

            return isComplete;
        }

        bool isWhole = content[0] switch
        {
            '#' or '|' => true,
            '`' or '~' => content.Length < 3 || content.StartsWith(new string(content[0], 3), StringComparison.Ordinal),
            '-' or '*' or '+' or '_' => content.All(character => character == content[0] || character is ' ' or '\t'),
            '>' => content.Trim('>', ' ').Length == 0,
            >= '0' and <= '9' => Regex.IsMatch(content, @"^\d{1,9}([.)][ \t]*)?$"),
            _ => false,
        };
        if (!isWhole)
        {
            EndTable();
            return false;
        }

        mustWait = !isComplete;
        return isComplete && AddWhole(line, content, place);
    }

    private bool AddWhole(string line, string content, int place)
    {
        if (content[0] == '|')
        {
            _table.Add((line, place));
            return true;
        }

        EndTable();
        if (content[0] is '`' or '~' && content.StartsWith(new string(content[0], 3), StringComparison.Ordinal))
        {
            _fence = new string(content[0], content.TakeWhile(character => character == content[0]).Count());
            if (styles is null)
            {
                AddPlain(line);
            }

            return true;
        }

        if (styles is null)
        {
            return false;
        }

        if (Heading.Match(line) is { Success: true } heading)
        {
            output.BeginLine();
            Group title = heading.Groups[2];
            _ = Inline(line, title.Index, title.Index + title.Length, true, styles.Heading(heading.Groups[1].Length), place, Write);
            FlushMarks(place + line.Length);
            output.EndLine();
            return true;
        }

        if (Rule.IsMatch(line))
        {
            output.BeginLine(new string('─', Math.Min(40, (width() ?? 41) - 1)), string.Empty, AnswerStyles.Dim);
            output.EndLine();
            return true;
        }

        return false;
    }

    private void AddCode(string line, string content, int place)
    {
        bool isEnd = content.StartsWith(_fence!, StringComparison.Ordinal) && content.Trim().All(character => character == _fence![0]);
        if (isEnd)
        {
            _fence = null;
        }

        if (!isEnd || styles is null)
        {
            AddPlain(line);
        }

        if (isEnd && _marks.Count > 0 && _marks.Keys.First() <= place + line.Length)
        {
            output.BeginLine();
            FlushMarks(place + line.Length);
            output.EndLine();
        }
    }

    private void AddPlain(string line)
    {
        output.BeginLine(mustFit: false);
        string style = styles?.Code ?? string.Empty;
        for (int i = 0; i < line.Length;)
        {
            string element = ScreenCells.ElementAt(line, i);
            output.Add(element, style);
            i += element.Length;
        }

        output.EndLine();
    }

    // Begins a line that is shown as it arrives. Returns the length of its marker.
    private int BeginLine(string line)
    {
        _lineStyle = string.Empty;
        int indent = line.Length - line.TrimStart(' ', '\t').Length;
        if (Item.Match(line) is { Success: true } item)
        {
            string marker = styles is not null && item.Groups[2].Value.Length == 1 ? "•" : item.Groups[2].Value;
            string prefix = item.Groups[1].Value.Replace("\t", "    ") + marker + " ";
            output.BeginLine(prefix, new string(' ', ScreenCells.Of(prefix)), string.Empty);
            return item.Length;
        }

        if (Quote.Match(line) is { Success: true } quote)
        {
            int depth = quote.Value.Count(character => character == '>');
            string bar = styles is null ? quote.Value : string.Concat(Enumerable.Repeat("│ ", depth));
            output.BeginLine(bar, bar, styles is null ? string.Empty : AnswerStyles.Dim);
            return quote.Length;
        }

        string margin = line.Substring(0, indent).Replace("\t", "    ");
        output.BeginLine(margin, margin, string.Empty);
        return indent;
    }

    private void Write(string element, string style) => output.Add(element, style);

    private static void WriteText(string text, string style, Action<string, string> write)
    {
        for (int i = 0; i < text.Length;)
        {
            string element = ScreenCells.ElementAt(text, i);
            write(element, style);
            i += element.Length;
        }
    }

    private void FlushMarks(int place, Action<string, string>? write = null)
    {
        while (_marks.Count > 0 && _marks.Keys.First() <= place)
        {
            int first = _marks.Keys.First();
            WriteText(" " + _marks[first], styles is null ? string.Empty : AnswerStyles.Dim, write ?? Write);
            _marks.Remove(first);
        }
    }

    // Reads a part of a line, and returns where it stopped: at the end, or at something that isn't closed yet.
    private int Inline(string text, int start, int end, bool isComplete, string style, int place, Action<string, string> write)
    {
        int i = start;
        while (i < end)
        {
            FlushMarks(place + i, write);
            bool canWait = !isComplete && end - i < LongestWait;
            char character = text[i];
            if (styles is not null && TryMarkup(text, start, i, end, style, place, write, canWait, out int after))
            {
                if (after == i)
                {
                    return i;
                }

                i = after;
                continue;
            }

            if (styles is not null && character == '\\' && i + 1 < end && Punctuation.IndexOf(text[i + 1]) >= 0)
            {
                i++;
            }

            string element = ScreenCells.ElementAt(text, i);
            write(element, style);
            i += element.Length;
        }

        return i;
    }

    // Whether there is markup at the place. If it isn't closed yet and can wait, the place after it is the same.
    private bool TryMarkup(string text, int start, int i, int end, string style, int place, Action<string, string> write, bool canWait, out int after)
    {
        after = i;
        char character = text[i];
        if (character is '`' or '*' or '_' or '~')
        {
            int length = 1;
            while (i + length < end && text[i + length] == character)
            {
                length++;
            }

            if (character == '`')
            {
                return TryCode(text, i, end, length, place, write, canWait, out after);
            }

            if (!CanOpen(text, start, i, end, length, character))
            {
                // The whole run, so that a part of it isn't taken for emphasis.
                for (int k = 0; k < length; k++)
                {
                    write(text[i].ToString(), style);
                }

                after = i + length;
                return true;
            }

            int close = FindClosing(text, i + length, end, length, character);
            if (close < 0)
            {
                if (canWait)
                {
                    return true;
                }

                for (int k = 0; k < length; k++)
                {
                    write(text[i].ToString(), style);
                }

                after = i + length;
                return true;
            }

            string inner = character == '~' ? AnswerStyles.Strike : (length != 2 ? styles!.Italic : string.Empty) + (length >= 2 ? styles!.Bold : string.Empty);
            _ = Inline(text, i + length, close, true, style + inner, place, write);
            after = close + length;
            return true;
        }

        bool isImage = character == '!' && i + 1 < end && text[i + 1] == '[';
        return (character == '[' || isImage) && TryLink(text, i, end, isImage, style, place, write, canWait, out after);
    }

    private static bool CanOpen(string text, int start, int i, int end, int length, char character) =>
        length <= (character == '~' ? 2 : 3)
        && !(character == '~' && length == 1)
        && i + length < end
        && !char.IsWhiteSpace(text[i + length])
        && !(character == '_' && i > start && char.IsLetterOrDigit(text[i - 1]));

    private static int FindClosing(string text, int from, int end, int length, char character)
    {
        for (int i = from; i < end; i++)
        {
            if (text[i] == '\\')
            {
                i++;
                continue;
            }

            if (text[i] == '`' && text.IndexOf('`', i + 1, end - i - 1) is > 0 and int close)
            {
                i = close;
                continue;
            }

            int run = 0;
            while (i + run < end && text[i + run] == character)
            {
                run++;
            }

            if (run == 0)
            {
                continue;
            }

            bool canClose = run == length && !char.IsWhiteSpace(text[i - 1])
                && !(character == '_' && i + run < end && char.IsLetterOrDigit(text[i + run]));
            if (canClose)
            {
                return i;
            }

            i += run - 1;
        }

        return -1;
    }

    private bool TryCode(string text, int i, int end, int length, int place, Action<string, string> write, bool canWait, out int after)
    {
        after = i;
        for (int k = i + length; k < end; k++)
        {
            int run = 0;
            while (k + run < end && text[k + run] == '`')
            {
                run++;
            }

            if (run == length)
            {
                string code = text.Substring(i + length, k - i - length);
                // Blanks that separate the code from a backtick in it.
                code = code.Length > 2 && code[0] == ' ' && code[code.Length - 1] == ' ' ? code.Substring(1, code.Length - 2) : code;
                WriteText(code, styles!.Code, write);
                after = k + length;
                FlushMarks(place + after - 1, write);
                return true;
            }

            k += Math.Max(0, run - 1);
        }

        if (!canWait)
        {
            WriteText(new string('`', length), string.Empty, write);
            after = i + length;
        }

        return true;
    }

    private bool TryLink(string text, int i, int end, bool isImage, string style, int place, Action<string, string> write, bool canWait, out int after)
    {
        after = i;
        int open = isImage ? i + 1 : i;
        int close = text.IndexOf(']', open, end - open);
        if (close < 0 || close + 1 == end)
        {
            return canWait;
        }

        if (text[close + 1] != '(')
        {
            return false;
        }

        int last = text.IndexOf(')', close, end - close);
        if (last < 0)
        {
            return canWait;
        }

        string title = text.Substring(open + 1, close - open - 1);
        string address = text.Substring(close + 2, last - close - 2).Trim();
        string linkStyle = style + (isImage ? styles!.Image : styles!.Link);
        WriteText(title.Length > 0 ? title : address, linkStyle, write);
        if (title.Length > 0 && title != address)
        {
            // The address in full: a reader must see where a link leads.
            WriteText(" (" + address + ")", style, write);
        }

        after = last + 1;
        FlushMarks(place + last, write);
        return true;
    }

    private void EndTable()
    {
        if (_table.Count == 0)
        {
            return;
        }

        (string Line, int Place)[] lines = _table.ToArray();
        _table.Clear();
        if (styles is null || lines.Length < 2 || !Separator.IsMatch(lines[1].Line))
        {
            foreach ((string line, int linePlace) in lines)
            {
                output.BeginLine();
                _ = Inline(line, 0, line.Length, true, string.Empty, linePlace, Write);
                FlushMarks(linePlace + line.Length);
                output.EndLine();
            }

            return;
        }

        List<List<(string Element, string Style)>>[] rows = lines.Where((_, index) => index != 1)
            .Select((line, index) => Cells(line.Line, line.Place, index == 0 ? styles.Bold : string.Empty)).ToArray();
        int columns = rows.Max(row => row.Count);
        int[] widths = Enumerable.Range(0, columns).Select(column => rows.Max(row => column < row.Count ? row[column].Sum(part => ScreenCells.OfElement(part.Element)) : 0)).ToArray();
        bool fits = width() is not { } all || widths.Sum() + (3 * (columns - 1)) < all;
        if (fits)
        {
            WriteGrid(rows, widths);
        }
        else
        {
            WriteRecords(rows);
        }
    }

    private void WriteGrid(List<List<(string Element, string Style)>>[] rows, int[] widths)
    {
        for (int r = 0; r < rows.Length; r++)
        {
            output.BeginLine(mustFit: false);
            for (int c = 0; c < rows[r].Count; c++)
            {
                if (c > 0)
                {
                    WriteText(" │ ", AnswerStyles.Dim, Write);
                }

                rows[r][c].ForEach(part => Write(part.Element, part.Style));
                int missing = c == rows[r].Count - 1 ? 0 : widths[c] - rows[r][c].Sum(part => ScreenCells.OfElement(part.Element));
                WriteText(new string(' ', missing), string.Empty, Write);
            }

            output.EndLine();
            if (r == 0)
            {
                output.BeginLine(string.Join("─┼─", widths.Select(cells => new string('─', cells))), string.Empty, AnswerStyles.Dim, mustFit: false);
                output.EndLine();
            }
        }
    }

    // A table that is wider than the screen: a line for each cell, with the name of its column.
    private void WriteRecords(List<List<(string Element, string Style)>>[] rows)
    {
        foreach (List<List<(string Element, string Style)>> row in rows.Skip(1))
        {
            for (int c = 0; c < row.Count; c++)
            {
                output.BeginLine(c == 0 ? "• " : "  ", "    ");
                if (c < rows[0].Count && rows[0][c].Count > 0)
                {
                    rows[0][c].ForEach(part => Write(part.Element, part.Style));
                    WriteText(": ", string.Empty, Write);
                }

                row[c].ForEach(part => Write(part.Element, part.Style));
                output.EndLine();
            }
        }
    }

    private List<List<(string Element, string Style)>> Cells(string line, int place, string style)
    {
        var cells = new List<List<(string, string)>>();
        int start = line.IndexOf('|') + 1;
        for (int i = start; i <= line.Length; i++)
        {
            bool isEnd = i == line.Length;
            if (!isEnd && (line[i] != '|' || line[i - 1] == '\\'))
            {
                continue;
            }

            if (isEnd && line.Substring(start).Trim().Length == 0)
            {
                break;
            }

            int first = start;
            int last = i;
            while (first < last && char.IsWhiteSpace(line[first]))
            {
                first++;
            }

            while (last > first && char.IsWhiteSpace(line[last - 1]))
            {
                last--;
            }

            var cell = new List<(string, string)>();
            _ = Inline(line, first, last, true, style, place, (element, partStyle) => cell.Add((element, partStyle)));
            FlushMarks(place + i, (element, partStyle) => cell.Add((element, partStyle)));
            cells.Add(cell);
            start = i + 1;
        }

        return cells;
    }
}
