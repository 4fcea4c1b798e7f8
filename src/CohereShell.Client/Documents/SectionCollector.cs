using System.Text;

namespace CohereShell;

/// <summary>
/// Collects the text of a document in sections. A section begins at a heading, and its text begins with the heading. A
/// heading without text whose subheadings have text isn't a section: it's in their heading paths.
/// </summary>
internal sealed class SectionCollector(DocumentReading reading)
{
    /// <summary>The maximum number of characters of a line that isn't a heading.</summary>
    public const int LongestLine = 2000;

    private const int LongestHeading = 200;
    private const string Separator = " > ";

    private readonly DocumentReading _reading = reading;
    private readonly List<(int Level, string Text)> _path = [];
    private readonly List<DocumentPart> _parts = [];
    private readonly StringBuilder _text = new();
    private bool _hasOwnText;

    /// <summary>The first heading of the highest level; null if there isn't one.</summary>
    public string? Title { get; private set; }

    /// <summary>Begins a section.</summary>
    /// <param name="level">The level of the heading, from 1.</param>
    /// <param name="heading">The text of the heading.</param>
    /// <param name="line">The heading as it's in the text; null for the text of the heading.</param>
    public void BeginSection(int level, string heading, string? line = null)
    {
        string plain = OneLine(heading);
        if (plain.Length == 0)
        {
            return;
        }

        bool isBelow = _path.Count > 0 && level > _path[_path.Count - 1].Level;
        EndSection(isNextBelow: isBelow);
        while (_path.Count > 0 && _path[_path.Count - 1].Level >= level)
        {
            _path.RemoveAt(_path.Count - 1);
        }

        _path.Add((level, plain));
        Title ??= level == 1 ? plain : null;
        Write(line ?? plain);
        _text.Append('\n');
        _hasOwnText = false;
    }

    /// <summary>Adds a line of text.</summary>
    public void AddLine(string line)
    {
        if (line.Length == 0 && _text.Length == 0)
        {
            return;
        }

        Write(line);
        _text.Append('\n');
        _hasOwnText |= !string.IsNullOrWhiteSpace(line);
    }

    /// <summary>Adds a paragraph: a line with a blank line before it.</summary>
    public void AddParagraph(string text)
    {
        EndParagraph();
        AddLine(text);
    }

    /// <summary>Makes sure that the next line begins a paragraph.</summary>
    public void EndParagraph()
    {
        if (_text.Length > 1 && !(_text[_text.Length - 1] == '\n' && _text[_text.Length - 2] == '\n'))
        {
            _text.Append('\n');
        }
    }

    /// <summary>The sections that contain text.</summary>
    public IReadOnlyList<DocumentPart> Complete()
    {
        EndSection(isNextBelow: false);
        return _parts;
    }

    /// <summary>A text without line breaks and repeated blanks, and not too long for a title.</summary>
    public static string OneLine(string text, int longest = LongestHeading)
    {
        var result = new StringBuilder(Math.Min(text.Length, longest));
        foreach (char character in text)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character))
            {
                if (result.Length > 0 && result[result.Length - 1] != ' ')
                {
                    result.Append(' ');
                }
            }
            else
            {
                result.Append(character);
            }

            if (result.Length >= longest)
            {
                // Not between the halves of a surrogate pair.
                int length = char.IsHighSurrogate(result[result.Length - 1]) ? result.Length - 1 : result.Length;
                return result.ToString(0, length).TrimEnd() + "…";
            }
        }

        return result.ToString().TrimEnd();
    }

    private void Write(string text)
    {
        _reading.AddCharacters(text.Length + 1);
        _text.Append(text);
    }

    private void EndSection(bool isNextBelow)
    {
        if (_hasOwnText || (_path.Count > 0 && _text.Length > 0 && !isNextBelow))
        {
            string text = _text.ToString().TrimEnd();
            if (text.Length > 0)
            {
                _parts.Add(new DocumentPart(text) { Heading = _path.Count == 0 ? null : string.Join(Separator, _path.Select(heading => heading.Text)) });
            }
        }

        _text.Clear();
        _hasOwnText = false;
    }
}
