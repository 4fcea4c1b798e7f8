using CohereShell.Display;

namespace CohereShell.Prompt;

/// <summary>A line that is being typed: its text, and the position of the cursor.</summary>
internal sealed class LineBuffer
{
    public string Text { get; private set; } = string.Empty;

    public int Cursor { get; private set; }

    /// <summary>The number of screen cells that a text occupies, drawn character by character.</summary>
    public static int CellsOf(string text)
    {
        int cells = 0;
        for (int i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            cells += CellsOf(text, i);
        }

        return cells;
    }

    public static int CellsOf(string text, int index) => ScreenCells.OfCharacter(text, index);

    public void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    public void MoveTo(int place) => Cursor = Math.Max(0, Math.Min(place, Text.Length));

    public void MoveBy(int steps) => MoveTo(steps < 0 ? Before(Cursor) : After(Cursor));

    public void MoveByWord(bool back) => MoveTo(back ? WordBefore() : WordAfter());

    public void DeleteBefore() => DeleteTo(Before(Cursor));

    public void DeleteAfter() => DeleteTo(After(Cursor));

    public void DeleteWordBefore() => DeleteTo(WordBefore());

    public void DeleteTo(int place)
    {
        int start = Math.Min(place, Cursor);
        Text = Text.Remove(start, Math.Abs(place - Cursor));
        Cursor = start;
    }

    private int Before(int place) => place <= 0 ? 0 : place >= 2 && char.IsSurrogatePair(Text, place - 2) ? place - 2 : place - 1;

    private int After(int place) => place >= Text.Length ? Text.Length : char.IsSurrogatePair(Text, place) ? place + 2 : place + 1;

    private int WordBefore()
    {
        int place = Cursor;
        while (place > 0 && char.IsWhiteSpace(Text[place - 1]))
        {
            place--;
        }

        while (place > 0 && !char.IsWhiteSpace(Text[place - 1]))
        {
            place--;
        }

        return place;
    }

    private int WordAfter()
    {
        int place = Cursor;
        while (place < Text.Length && !char.IsWhiteSpace(Text[place]))
        {
            place++;
        }

        while (place < Text.Length && char.IsWhiteSpace(Text[place]))
        {
            place++;
        }

        return place;
    }
}
