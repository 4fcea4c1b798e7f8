using System.Globalization;
using System.Text;

namespace CohereShell.Display;

/// <summary>
/// Writes styled text in lines that fit the screen, and breaks them between words. It only appends to the screen, so it
/// can be used while text arrives, and the window can get narrower at any time.
/// </summary>
/// <param name="width">The number of cells in a line; null if the host wraps lines itself.</param>
/// <param name="write">Writes to the screen.</param>
internal sealed class WrappedText(Func<int?> width, Action<string> write)
{
    /// <summary>Ends a style.</summary>
    public const string Reset = "\u001b[0m";

    // Characters that don't begin a line in Chinese and Japanese.
    private const string Closing = "、。，．・：；？！）」』】〕〉》”’ー々";

    private readonly List<(string Element, string Style, int Cells)> _word = [];
    private readonly StringBuilder _drawn = new();
    private string _hanging = string.Empty;
    private string _hangingStyle = string.Empty;
    private string _style = string.Empty;
    private int _column;
    private int _before;
    private int _after;
    private int _newLines;
    private bool _mustFit = true;

    /// <summary>Breaks a text without styles between words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The number of cells in a line; null if the host wraps lines itself.</param>
    /// <param name="indent">The number of blanks before the lines that continue a line.</param>
    public static string Break(string text, int? width, int indent = 0)
    {
        var broken = new StringBuilder();
        var wrapped = new WrappedText(() => width, piece => broken.Append(piece));
        string hanging = new(' ', width is { } cells && indent < cells / 2 ? indent : 0);
        foreach (string line in text.Replace("\r\n", "\n").Split('\n'))
        {
            wrapped.BeginLine(hanging: hanging);
            for (TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(line); elements.MoveNext();)
            {
                wrapped.Add(elements.GetTextElement(), string.Empty);
            }

            wrapped.EndLine();
        }

        wrapped.End();
        return broken.ToString();
    }

    /// <summary>Begins a line.</summary>
    /// <param name="prefix">The text before it, such as a bullet.</param>
    /// <param name="hanging">The text before the lines that continue it, with the same width.</param>
    /// <param name="style">The style of both.</param>
    /// <param name="mustFit">Whether the line is broken. Code isn't.</param>
    public void BeginLine(string prefix = "", string hanging = "", string style = "", bool mustFit = true)
    {
        _hanging = hanging;
        _hangingStyle = style;
        _mustFit = mustFit;
        if (prefix.Length > 0)
        {
            Draw(prefix, style, ScreenCells.Of(prefix));
        }
    }

    /// <summary>Adds one character as the user sees it.</summary>
    public void Add(string element, string style)
    {
        if (element == " " && _mustFit)
        {
            _after++;
            return;
        }

        int cells = element == "\t" ? 4 - (_column % 4) : ScreenCells.OfElement(element);
        if (_after > 0 || (_word.Count > 0 && cells == 2 && Closing.IndexOf(element, StringComparison.Ordinal) < 0) || (_word.Count > 0 && _word[_word.Count - 1].Cells == 2 && Closing.IndexOf(element, StringComparison.Ordinal) < 0))
        {
            EndWord();
            _before = _after;
            _after = 0;
        }

        _word.Add((element == "\t" ? new string(' ', cells) : element, style, cells));
    }

    /// <summary>Ends the line. The line break appears with the text after it, so that the last line has none.</summary>
    public void EndLine()
    {
        EndWord();
        _before = 0;
        _after = 0;
        _column = 0;
        _newLines++;
    }

    /// <summary>Shows what was added.</summary>
    public void Flush()
    {
        EndWord();
        Restyle(string.Empty);
        Send();
    }

    /// <summary>Ends the text.</summary>
    public void End()
    {
        EndWord();
        Restyle(string.Empty);
        Send();
        _newLines = 0;
    }

    private void Send()
    {
        if (_drawn.Length > 0)
        {
            write(_drawn.ToString());
            _drawn.Clear();
        }
    }

    private void EndWord()
    {
        if (_word.Count == 0)
        {
            return;
        }

        // One cell stays free: some terminals break the line as soon as the last cell is written.
        int? room = _mustFit && width() is { } all ? Math.Max(10, all - 1) : null;
        int indent = ScreenCells.Of(_hanging);
        if (room is { } cells && _newLines == 0 && _column > indent && _column + _before + _word.Sum(part => part.Cells) > cells)
        {
            Continue();
        }
        else if (_before > 0)
        {
            Draw(new string(' ', _before), _style == _word[0].Style ? _style : string.Empty, _before);
        }

        foreach ((string element, string style, int partCells) in _word)
        {
            if (room is { } most && _column + partCells > most && _column > indent)
            {
                Continue();
            }

            Draw(element, style, partCells);
        }

        _word.Clear();
        _before = 0;
    }

    private void Continue()
    {
        _newLines++;
        Draw(_hanging, _hangingStyle, ScreenCells.Of(_hanging));
    }

    private void Draw(string text, string style, int cells)
    {
        if (_newLines > 0)
        {
            // A background would color the rest of the line.
            Restyle(string.Empty);
            for (; _newLines > 0; _newLines--)
            {
                _drawn.Append(Environment.NewLine);
            }

            _column = 0;
        }

        Restyle(style);
        _drawn.Append(text);
        _column += cells;
    }

    private void Restyle(string style)
    {
        if (style != _style)
        {
            _drawn.Append(_style.Length > 0 ? Reset : string.Empty).Append(style);
            _style = style;
        }
    }
}
