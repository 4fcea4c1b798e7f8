using System.Globalization;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// Makes a text that fits a simple regular expression: literals, classes, escapes, groups (the first alternative),
/// and each repetition as few times as allowed. What it does not know, look-around and references, it leaves out.
/// </summary>
internal sealed class PatternText
{
    // Groups in groups and repetitions of repetitions grow beyond any stack and memory.
    private const int MaxDepth = 100;
    private const int MaxLength = 10_000;
    private readonly string _pattern;
    private int _position;
    private int _depth;

    private PatternText(string pattern) => _pattern = pattern;

    internal static string Generate(string pattern) => new PatternText(pattern).Alternatives();

    // Up to the closing parenthesis or the end; of several alternatives the first.
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
            // Any of these is seldom excluded; one of them is what the class leaves.
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

        // A lazy or possessive mark behind it changes nothing here.
        if (_position < _pattern.Length && _pattern[_position] is '?' or '+')
        {
            _position++;
        }

        return count;
    }
}
