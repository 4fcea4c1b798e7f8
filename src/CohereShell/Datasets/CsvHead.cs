using System.Globalization;
using System.Text;

namespace CohereShell.Datasets;

/// <summary>The beginning of a CSV file: its column names, and mistakes that the service finds only after the upload.</summary>
internal sealed class CsvHead
{
    private const string SeparatorLine = "sep=";

    private readonly string _text;
    private readonly string _delimiter;
    private readonly List<string> _names = [];
    private readonly StringBuilder _field = new();
    private int _position;
    private int _line = 1;
    private int _openQuoteLine;

    /// <param name="text">The beginning of the file, without a byte order mark.</param>
    /// <param name="isWhole">Whether the text is the whole file.</param>
    /// <param name="delimiter">The separator between the fields.</param>
    public CsvHead(string text, bool isWhole, string delimiter)
    {
        _text = text;
        _delimiter = delimiter;
        ReadNames();
        int afterNames = _position;
        HasRows = !isWhole || !string.IsNullOrWhiteSpace(text.Substring(afterNames));
        while (_position < _text.Length)
        {
            ReadField();
            SkipSeparator();
        }

        Problem = ProblemOf(isWhole);
    }

    /// <summary>The column names in the first line.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Whether there is something after the first line.</summary>
    public bool HasRows { get; }

    /// <summary>A mistake and its solution; null if none was found.</summary>
    public (string Problem, string Action)? Problem { get; }

    private (string Problem, string Action)? ProblemOf(bool isWhole)
    {
        if (_text.StartsWith(SeparatorLine, StringComparison.OrdinalIgnoreCase))
        {
            string line = _text.Split('\r', '\n')[0];
            return ($"starts with the line '{line}', which only Excel understands", $"Remove the line, and specify the separator: -CsvDelimiter '{line.Substring(SeparatorLine.Length)}'");
        }

        if (_text.IndexOf('\n') < 0 && _text.TrimEnd('\r').IndexOf('\r') >= 0)
        {
            return ("has only carriage returns as line breaks, so the service would read one line", "Write the lines again: [IO.File]::WriteAllLines('new.csv', [IO.File]::ReadAllLines('old.csv')). Specify whole paths.");
        }

        if (isWhole && _openQuoteLine > 0)
        {
            return (string.Format(CultureInfo.InvariantCulture, "has a quote without an end in line {0}, so the rest of the file would be one field", _openQuoteLine), "Add the missing quote. Inside of a quoted field, write a quote twice.");
        }

        return ProblemOfNames();
    }

    private (string Problem, string Action)? ProblemOfNames()
    {
        int nameless = _names.FindIndex(string.IsNullOrWhiteSpace);
        if (nameless >= 0 && _names.Count > 1)
        {
            return (string.Format(CultureInfo.InvariantCulture, "has a column without a name: column {0} has no name in the first line", nameless + 1), "Name the column, or remove it.");
        }

        if (_names.FirstOrDefault(name => name != name.Trim()) is { } padded)
        {
            return ($"has blanks around a column name: '{padded}' isn't the same as '{padded.Trim()}', because a blank belongs to the name", "Remove the blanks from the first line.");
        }

        string? twin = _names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twin is { Length: > 0 }
            ? ($"has two columns with the name '{twin}'", "Rename one of the columns in the first line, or remove it.")
            : null;
    }

    private void ReadNames()
    {
        do
        {
            ReadField();
            _names.Add(_field.ToString());
        }
        while (SkipSeparator());
    }

    // Only a quote at the start of a field quotes it: 5" disk is a text.
    private void ReadField()
    {
        _field.Clear();
        if (_position < _text.Length && _text[_position] == '"')
        {
            ReadQuoted();
        }

        while (_position < _text.Length && _text[_position] is not ('\r' or '\n') && !IsDelimiter())
        {
            _field.Append(_text[_position++]);
        }
    }

    private void ReadQuoted()
    {
        _openQuoteLine = _line;
        for (_position++; _position < _text.Length; _position++)
        {
            char character = _text[_position];
            _line += character == '\n' ? 1 : 0;
            if (character == '"' && (_position + 1 >= _text.Length || _text[_position + 1] != '"'))
            {
                _openQuoteLine = 0;
                _position++;
                return;
            }

            _position += character == '"' ? 1 : 0;
            _field.Append(character);
        }
    }

    private bool IsDelimiter() => string.CompareOrdinal(_text, _position, _delimiter, 0, _delimiter.Length) == 0;

    /// <summary>Moves to the next field; false at the end of a line.</summary>
    private bool SkipSeparator()
    {
        if (_position >= _text.Length)
        {
            return false;
        }

        if (_text[_position] is not ('\r' or '\n'))
        {
            _position += _delimiter.Length;
            return true;
        }

        _line += _text[_position++] == '\n' ? 1 : 0;
        return false;
    }
}
