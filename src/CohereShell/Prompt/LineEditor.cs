using System.Text;

namespace CohereShell.Prompt;

/// <summary>
/// Reads a line with the usual editing keys. It remembers lines until the chat ends. Drawing needs no escape codes:
/// if a line is longer than the screen, only a part of it is shown.
/// </summary>
/// <remarks>
/// PSReadLine can't replace this class (tried with version 2.4.5). Enter needs another handler, because AcceptLine waits for the
/// second quote of "don't". A handler that the user made from a script block can't be read, so Enter couldn't be restored. Keys
/// that PSReadLine has read in advance can't be seen: pasted lines become separate messages, and a pasted "y" answers the
/// question whether a tool may run. Keys that the chat reads while it looks for Ctrl+C can't be passed to PSReadLine. There is
/// one history, so Up shows the commands of the shell. PSReadLine keeps all of this private. The host's own ReadLine ends the
/// chat with Ctrl+C.
/// </remarks>
internal sealed class LineEditor(KeySource keys, Func<string, IReadOnlyList<string>> complete)
{
    // These have a width of one cell, unlike the characters that they represent.
    private const char LineBreak = '\u21b5';
    private const char Tab = '\u2192';
    private const string ShortPrompt = "> ";
    private const int LeastRoom = 12;
    private readonly List<string> _history = [];
    private readonly LineBuffer _line = new();
    private string _prompt = string.Empty;
    private int _first;
    private int _drawnCells;
    private int _place;
    private string _draft = string.Empty;
    private (string Before, IReadOnlyList<string> Candidates, int Next)? _completing;

    // The cells to overwrite. If the window is now narrower, more cells would wrap to another line.
    private int DrawnCells => Math.Min(_drawnCells, KeySource.Width - 1);

    /// <summary>
    /// Reads a line. Returns null if the user wants to leave, or if Ctrl+C cancels the lines that it continues.
    /// </summary>
    public string? ReadLine(string prompt, CancellationToken ending, bool isContinued = false) => Read(prompt, false, isContinued, ending);

    /// <summary>Reads the answer to a question, which isn't remembered. Returns null if Ctrl+C ends it.</summary>
    public string? ReadAnswer(string question, CancellationToken ending) => Read(question, true, true, ending);

    private string? Read(string prompt, bool isQuestion, bool isEndedByCtrlC, CancellationToken ending)
    {
        _prompt = prompt;
        Begin();
        while (true)
        {
            ConsoleKeyInfo key = keys.Next(ending);
            if (key.Key != ConsoleKey.Tab)
            {
                _completing = null;
            }

            bool isEnter = key.Key == ConsoleKey.Enter || key.KeyChar is '\r' or '\n';
            if (isEnter || key.Key == ConsoleKey.Tab)
            {
                // If more keys are already waiting, this is pasted text. Its line breaks and tabs are text.
                if (keys.IsWaiting && !_line.Text.StartsWith("/", StringComparison.Ordinal))
                {
                    _line.Insert(isEnter ? "\n" : "\t");
                    continue;
                }

                if (isEnter)
                {
                    return Accept(isQuestion);
                }
            }

            if (IsControl(key, 'D') || IsControl(key, 'Z'))
            {
                if (_line.Text.Length == 0)
                {
                    Console.WriteLine();
                    return isQuestion ? string.Empty : null;
                }

                if (IsControl(key, 'D'))
                {
                    _line.DeleteAfter();
                }
            }
            else if (IsControl(key, 'C'))
            {
                bool wasEmpty = _line.Text.Length == 0;
                _line.MoveTo(_line.Text.Length);
                Draw();
                Console.WriteLine("^C");
                if (isEndedByCtrlC)
                {
                    return null;
                }

                if (wasEmpty)
                {
                    Console.WriteLine("To leave the chat, press Ctrl+D or enter /exit.");
                }

                Begin();
            }
            else
            {
                Edit(key);
            }

            if (!keys.IsWaiting)
            {
                Draw();
            }
        }
    }

    private static bool IsControl(ConsoleKeyInfo key, char letter) =>
        key.KeyChar == letter - '@' || (key.Key == (ConsoleKey)letter && key.Modifiers == ConsoleModifiers.Control);

    private void Begin()
    {
        _line.Set(string.Empty);
        _draft = string.Empty;
        _first = 0;
        _drawnCells = 0;
        _place = _history.Count;
        Draw();
    }

    private string Accept(bool isQuestion)
    {
        string text = _line.Text;
        // Draws the complete line, because only a part may have been shown.
        Console.Write("\r" + new string(' ', DrawnCells) + "\r" + _prompt + text.Replace("\n", Environment.NewLine + ">> ") + Environment.NewLine);
        if (!isQuestion && text.Trim().Length > 0 && (_history.Count == 0 || _history[_history.Count - 1] != text))
        {
            _history.Add(text);
        }

        return text;
    }

    private void Edit(ConsoleKeyInfo key)
    {
        bool isControl = (key.Modifiers & ConsoleModifiers.Control) != 0;
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when isControl:
                _line.MoveByWord(back: true);
                break;
            case ConsoleKey.RightArrow when isControl:
                _line.MoveByWord(back: false);
                break;
            case ConsoleKey.LeftArrow:
                _line.MoveBy(-1);
                break;
            case ConsoleKey.RightArrow:
                _line.MoveBy(1);
                break;
            case ConsoleKey.Home:
                _line.MoveTo(0);
                break;
            case ConsoleKey.End:
                _line.MoveTo(_line.Text.Length);
                break;
            case ConsoleKey.UpArrow:
                Recall(-1);
                break;
            case ConsoleKey.DownArrow:
                Recall(1);
                break;
            case ConsoleKey.Backspace when !isControl:
                _line.DeleteBefore();
                break;
            case ConsoleKey.Delete:
                _line.DeleteAfter();
                break;
            case ConsoleKey.Escape:
                _line.Set(string.Empty);
                break;
            case ConsoleKey.Tab:
                Complete();
                break;
            default:
                EditByCharacter(key);
                break;
        }
    }

    // The keys of Unix shells and editors, and text.
    private void EditByCharacter(ConsoleKeyInfo key)
    {
        if (IsControl(key, 'A'))
        {
            _line.MoveTo(0);
        }
        else if (IsControl(key, 'E'))
        {
            _line.MoveTo(_line.Text.Length);
        }
        else if (IsControl(key, 'U'))
        {
            _line.DeleteTo(0);
        }
        else if (IsControl(key, 'K'))
        {
            _line.DeleteTo(_line.Text.Length);
        }
        else if (IsControl(key, 'W') || key.Key == ConsoleKey.Backspace)
        {
            _line.DeleteWordBefore();
        }
        else if (key.KeyChar is '\u007f' or '\b')
        {
            _line.DeleteBefore();
        }
        else if (!char.IsControl(key.KeyChar))
        {
            _line.Insert(key.KeyChar.ToString());
        }
    }

    private void Recall(int step)
    {
        int place = _place + step;
        if (place < 0 || place > _history.Count)
        {
            return;
        }

        if (_place == _history.Count)
        {
            _draft = _line.Text;
        }

        _place = place;
        _line.Set(place == _history.Count ? _draft : _history[place]);
    }

    // Completes the word before the cursor. Pressing Tab again selects the next candidate.
    private void Complete()
    {
        if (_completing is null)
        {
            string before = _line.Text.Substring(0, _line.Cursor);
            IReadOnlyList<string> candidates = complete(before);
            if (candidates.Count == 0)
            {
                return;
            }

            _completing = (before, candidates, 0);
        }

        (string start, IReadOnlyList<string> found, int next) = _completing.Value;
        string rest = _line.Text.Substring(_line.Cursor);
        _line.Set(found[next]);
        _line.Insert(rest);
        _line.MoveTo(found[next].Length);
        _completing = (start, found, (next + 1) % found.Count);
    }

    private void Draw()
    {
        if (LineBuffer.CellsOf(_prompt) > KeySource.Width - LeastRoom)
        {
            // Each key redraws the line, which must fit in one line of the screen. The window may be narrower than before.
            Console.WriteLine(_drawnCells > 0 ? string.Empty : _prompt.TrimEnd());
            _prompt = ShortPrompt;
            _drawnCells = 0;
        }

        int room = Math.Max(10, KeySource.Width - 1 - LineBuffer.CellsOf(_prompt));
        string text = _line.Text.Replace('\n', LineBreak).Replace('\t', Tab);
        _first = Math.Min(_first, _line.Cursor);
        while (LineBuffer.CellsOf(text.Substring(_first, _line.Cursor - _first)) >= room)
        {
            _first += char.IsSurrogatePair(text, _first) ? 2 : 1;
        }

        int end = _first;
        int cells = 0;
        while (end < text.Length && cells + LineBuffer.CellsOf(text, end) < room)
        {
            cells += LineBuffer.CellsOf(text, end);
            end += char.IsSurrogatePair(text, end) ? 2 : 1;
        }

        int all = LineBuffer.CellsOf(_prompt) + cells;
        var drawn = new StringBuilder("\r").Append(_prompt).Append(text, _first, end - _first);
        drawn.Append(' ', Math.Max(0, DrawnCells - all)).Append('\r');
        drawn.Append(_prompt).Append(text, _first, _line.Cursor - _first);
        Console.Write(drawn.ToString());
        _drawnCells = all;
    }
}
