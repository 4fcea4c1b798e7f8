namespace CohereShell;

/// <summary>Reads Markdown: a part for each heading, with the text as it is. Headings in fenced code aren't headings.</summary>
internal sealed class MarkdownReader : IDocumentReader
{
    private const int MostHashes = 6;

    // A code block that is indented is indented by four.
    private const int MostIndent = 3;

    public DocumentContent Read(byte[] file, DocumentReading reading) => ReadText(DocumentText.Decode(file, reading), reading);

    /// <summary>Reads a text.</summary>
    public static DocumentContent ReadText(string text, DocumentReading reading)
    {
        var sections = new SectionCollector(reading);
        using var lines = new StringReader(text);
        string? title = null;
        string? fence = null;
        // A line that a line of = or - below it makes a heading: the only line of its paragraph.
        string? candidate = null;
        string? previous = null;
        bool isFirst = true;
        while (lines.ReadLine() is { } line)
        {
            if (isFirst && line.TrimEnd() == "---" && FrontMatter(text, out title) is { } end)
            {
                for (int skip = 1; skip < end; skip++)
                {
                    lines.ReadLine();
                }

                isFirst = false;
                continue;
            }

            isFirst = false;
            if (fence is null && candidate is not null && UnderlineLevel(line) is { } level)
            {
                sections.BeginSection(level, candidate, candidate + "\n" + line);
                candidate = null;
                previous = line;
                continue;
            }

            if (candidate is not null)
            {
                sections.AddLine(candidate);
                candidate = null;
            }

            if (fence is null && HeadingOf(line) is { } heading)
            {
                sections.BeginSection(heading.Level, heading.Text, line);
            }
            else if (fence is null && string.IsNullOrWhiteSpace(previous) && CanBeHeading(line))
            {
                candidate = line;
            }
            else
            {
                fence = NextFence(fence, line);
                sections.AddLine(line);
            }

            previous = line;
        }

        if (candidate is not null)
        {
            sections.AddLine(candidate);
        }

        return new DocumentContent(sections.Complete()) { Title = title ?? sections.Title };
    }

    // The number of lines up to the end of the front matter, and the title in it; null if it doesn't end.
    private static int? FrontMatter(string text, out string? title)
    {
        title = null;
        using var lines = new StringReader(text);
        lines.ReadLine();
        for (int count = 2; lines.ReadLine() is { } line; count++)
        {
            if (line.TrimEnd() is "---" or "...")
            {
                return count;
            }

            if (line.StartsWith("title:", StringComparison.OrdinalIgnoreCase))
            {
                title = SectionCollector.OneLine(line.Substring("title:".Length).Trim().Trim('"', '\''));
                title = title.Length == 0 ? null : title;
            }
        }

        title = null;
        return null;
    }

    private static (int Level, string Text)? HeadingOf(string line)
    {
        int indent = IndentOf(line);
        int level = 0;
        while (indent + level < line.Length && line[indent + level] == '#')
        {
            level++;
        }

        int start = indent + level;
        if (indent > MostIndent || level is 0 or > MostHashes || (start < line.Length && line[start] is not (' ' or '\t')))
        {
            return null;
        }

        string text = line.Substring(start).Trim();
        string open = text.TrimEnd('#');
        // Hashes at the end close the heading if a blank is before them.
        text = open.Length == 0 || char.IsWhiteSpace(open[open.Length - 1]) ? open.TrimEnd() : text;
        return text.Length == 0 ? null : (level, text);
    }

    private static int? UnderlineLevel(string line)
    {
        string trimmed = line.TrimEnd();
        int indent = IndentOf(trimmed);
        return indent > MostIndent || trimmed.Length == indent ? null
            : trimmed.Trim(' ', '=').Length == 0 && trimmed.IndexOf(' ', indent) < 0 ? 1
            : trimmed.Trim(' ', '-').Length == 0 && trimmed.IndexOf(' ', indent) < 0 ? 2
            : null;
    }

    private static bool CanBeHeading(string line) =>
        !string.IsNullOrWhiteSpace(line) && IndentOf(line) <= MostIndent && line.TrimStart()[0] is not ('#' or '>' or '-' or '*' or '+' or '|' or '`' or '~' or '=' or '<');

    // The fence that is open after the line. A fence ends with at least as many of the same characters.
    private static string? NextFence(string? fence, string line)
    {
        int indent = IndentOf(line);
        if (indent > MostIndent || indent >= line.Length || line[indent] is not ('`' or '~'))
        {
            return fence;
        }

        int end = indent;
        while (end < line.Length && line[end] == line[indent])
        {
            end++;
        }

        string run = line.Substring(indent, end - indent);
        if (fence is null)
        {
            // `code` in a line isn't a fence.
            return run.Length >= 3 && (run[0] == '~' || line.IndexOf('`', end) < 0) ? run : null;
        }

        return run[0] == fence[0] && run.Length >= fence.Length && string.IsNullOrWhiteSpace(line.Substring(end)) ? null : fence;
    }

    private static int IndentOf(string line)
    {
        int indent = 0;
        while (indent < line.Length && line[indent] == ' ')
        {
            indent++;
        }

        return indent;
    }
}
