using System.Globalization;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// Creates a text that matches a simple regular expression. It supports literals, classes, escapes and groups. It uses
/// the first alternative, and the minimum number of repetitions. It ignores look-around and references.
/// </summary>
internal sealed class PatternText
{
    // Nested groups and repetitions would otherwise exceed the stack and the memory.
    private const int MaxDepth = 100;
    private const int MaxLength = 10_000;
    private readonly string _pattern;
    private int _position;
    private int _depth;

    private PatternText(string pattern) => _pattern = pattern;

    internal static string Generate(string pattern) => new PatternText(pattern).Alternatives();

    // Reads up to the closing parenthesis or the end. Of several alternatives, it uses the first.
    private string Alternatives()
    {
        string first = Sequence();
        while (_position < _pattern.Length && _pattern[_position] == '|')
        {
            _position++;
            Sequence();
        }

        return first;
    }

    private string Sequence()
    {
        var text = new StringBuilder();
        while (_position < _pattern.Length && _pattern[_position] is not ('|' or ')'))
        {
            string atom = Atom();
            for (int count = Repeat(); count > 0 && text.Length < MaxLength; count--)
            {
                text.Append(atom);
            }
        }

        return text.ToString();
    }

    private string Atom()
    {
        char c = _pattern[_position++];
        return c switch
        {
            '^' or '$' => string.Empty,
            '.' => "a",
            '(' => Group(),
            '[' => Class(),
            '\\' when _position < _pattern.Length => Escape(_pattern[_position++]),
            _ => c.ToString(),
        };
    }

    private string Group()
    {
        bool isLookAround = false;
        if (_position < _pattern.Length && _pattern[_position] == '?')
        {
            _position++;
            char kind = _position < _pattern.Length ? _pattern[_position] : ':';
            isLookAround = kind is '=' or '!';
            int end = kind == '<' ? _pattern.IndexOf('>', _position) : _position;
            _position = end < 0 ? _pattern.Length : end + 1;
        }

        if (++_depth > MaxDepth)
        {
            _position = _pattern.Length;
            return string.Empty;
        }

        string text = Alternatives();
        _depth--;
        _position = Math.Min(_position + 1, _pattern.Length);
        return isLookAround ? string.Empty : text;
    }

    private string Class()
    {
        int end = _pattern.IndexOf(']', Math.Min(_position + 1, _pattern.Length));
        string members = end < 0 ? _pattern.Substring(_position) : _pattern.Substring(_position, end - _position);
        _position = end < 0 ? _pattern.Length : end + 1;
        if (members.StartsWith("^", StringComparison.Ordinal))
        {
            // A class rarely excludes all of these characters.
            foreach (char candidate in "a0 -_")
            {
                if (members.IndexOf(candidate) < 0)
                {
                    return candidate.ToString();
                }
            }
        }

        return members.Length > 1 && members[0] == '\\' ? Escape(members[1]) : members.Length > 0 ? members.Substring(0, 1) : string.Empty;
    }

    private static string Escape(char c) => c switch
    {
        'd' => "0",
        'w' or 'S' or 'D' => "a",
        's' or 'W' => " ",
        'b' or 'B' or 'A' or 'z' or 'Z' => string.Empty,
        'n' => "\n",
        't' => "\t",
        _ => c.ToString(),
    };

    private int Repeat()
    {
        if (_position >= _pattern.Length)
        {
            return 1;
        }

        int count = 1;
        switch (_pattern[_position])
        {
            case '*' or '?':
                _position++;
                count = 0;
                break;
            case '+':
                _position++;
                break;
            case '{':
                int end = _pattern.IndexOf('}', _position);
                string digits = end < 0 ? string.Empty : _pattern.Substring(_position + 1, end - _position - 1).Split(',')[0];
                if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count))
                {
                    return 1;
                }

                _position = end + 1;
                break;
            default:
                return 1;
        }

        // A lazy or possessive modifier doesn't change the text.
        if (_position < _pattern.Length && _pattern[_position] is '?' or '+')
        {
            _position++;
        }

        return count;
    }
}
