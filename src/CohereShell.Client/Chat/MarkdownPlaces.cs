using System.Text.RegularExpressions;

namespace CohereShell;

/// <summary>
/// Finds positions in Markdown where text can be inserted without breaking code, links or addresses.
/// </summary>
internal sealed class MarkdownPlaces
{
    private static readonly Regex Fence = new(@"^(?<indent>\s*(?:>\s*)*)(?<mark>`{3,}|~{3,})(?<rest>[^\n]*)$", RegexOptions.CultureInvariant);
    private static readonly Regex ListItem = new(@"^\s*(?:[-*+]|\d+[.)])\s", RegexOptions.CultureInvariant);
    private static readonly Regex CodeSpan = new(@"(?<!`)(?<mark>`+)(?!`)(?:(?!\n\s*\n)[\s\S])+?(?<!`)\k<mark>(?!`)", RegexOptions.CultureInvariant);
    private static readonly Regex Link = new(@"!?\[[^\[\]\n]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+""[^""\n]*"")?\)|<https?://[^>\s]+>", RegexOptions.CultureInvariant);
    private static readonly Regex Address = new(@"\bhttps?://[^\s<>""]*[^\s<>"".,;:!?)\]]", RegexOptions.CultureInvariant);

    private readonly string _text;
    private readonly List<Block> _blocks = [];
    private readonly List<Range> _spans;

    public MarkdownPlaces(string text)
    {
        _text = text;
        FindBlocks();
        _spans = new[] { CodeSpan, Link, Address }
            .SelectMany(pattern => pattern.Matches(text).Cast<Match>())
            .Select(match => new Range(match.Index, match.Index + match.Length))
            .Where(span => !_blocks.Any(block => span.Start < block.End && span.End > block.Start))
            .ToList();
    }

    /// <summary>Returns the position nearest to the wanted one.</summary>
    /// <param name="wanted">A position in the text.</param>
    /// <param name="block">The code block that ends at the returned position, if the wanted one is inside it.</param>
    public int Nearest(int wanted, out Block? block)
    {
        int place = Math.Max(0, Math.Min(wanted, _text.Length));
        block = _blocks.Find(code => place > code.Start && place <= code.End);
        if (block is not null)
        {
            return block.End;
        }

        // After the last visible character, not on the next line.
        while (place > 0 && char.IsWhiteSpace(_text[place - 1]))
        {
            place--;
        }

        if (place > 0 && place < _text.Length && char.IsSurrogatePair(_text[place - 1], _text[place]))
        {
            place++;
        }

        // A link can contain an address, and code can contain a link: use the widest span.
        foreach (Range span in _spans.Where(span => place > span.Start && place < span.End).OrderByDescending(span => span.End).Take(1))
        {
            place = span.End;
        }

        return place;
    }

    private void FindBlocks()
    {
        Block? fence = null;
        string mark = string.Empty;
        Block? indented = null;
        bool followsBlank = true;
        bool isInList = false;
        for (int start = 0; start < _text.Length;)
        {
            int end = _text.IndexOf('\n', start);
            int next = end < 0 ? _text.Length : end + 1;
            end = end < 0 ? _text.Length : end;
            string line = _text.Substring(start, end - start).TrimEnd('\r');
            end = start + line.Length;
            Match match = Fence.Match(line);
            if (fence is not null)
            {
                fence.End = end;
                if (match.Success && match.Groups["mark"].Value.StartsWith(mark, StringComparison.Ordinal) && match.Groups["rest"].Value.Trim().Length == 0)
                {
                    fence = null;
                }
            }
            // `code` on a separate line is a span: the rest of a fence line can't contain backticks.
            else if (match.Success && !(match.Groups["mark"].Value[0] == '`' && match.Groups["rest"].Value.IndexOf('`') >= 0))
            {
                mark = match.Groups["mark"].Value;
                fence = new Block(start, end, match.Groups["indent"].Value);
                _blocks.Add(fence);
                indented = null;
            }
            else if (line.Trim().Length > 0)
            {
                bool isIndented = line.StartsWith("    ", StringComparison.Ordinal) || line[0] == '\t';
                isInList = ListItem.IsMatch(line) || (isInList && (isIndented || !followsBlank || line[0] == ' '));
                if (isIndented && !isInList && (followsBlank || indented is not null))
                {
                    if (indented is null)
                    {
                        indented = new Block(start, end, string.Empty);
                        _blocks.Add(indented);
                    }

                    indented.End = end;
                }
                else
                {
                    indented = null;
                }
            }

            followsBlank = line.Trim().Length == 0;
            start = next;
        }
    }

    /// <summary>A code block.</summary>
    internal sealed class Block(int start, int end, string indent)
    {
        public int Start { get; } = start;

        public int End { get; set; } = end;

        /// <summary>The text before its first mark, which keeps the inserted text in the same list.</summary>
        public string Indent { get; } = indent;
    }

    private readonly record struct Range(int Start, int End);
}
