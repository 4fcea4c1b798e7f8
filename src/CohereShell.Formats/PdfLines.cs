using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Content;

namespace CohereShell.Formats;

/// <summary>
/// Puts right-to-left text of a PDF page in the order in which it's read. A PDF file has the places of its letters. Most programs
/// write Hebrew and Arabic from left to right, as it's painted, so that the words would be reversed.
/// </summary>
internal static class PdfLines
{
    // The part of the size of a letter that is a space between two letters.
    private const double LeastSpace = 0.2;

    /// <summary>Orders the lines with right-to-left letters.</summary>
    /// <param name="text">The text of the page.</param>
    /// <param name="page">The page, with the letters in the order of the text.</param>
    public static string Order(string text, Page page)
    {
        if (!text.Any(IsRightToLeft))
        {
            return text;
        }

        IReadOnlyList<Letter> letters = page.Letters;
        string[] lines = text.Split('\n');
        var ordered = new StringBuilder(text.Length);
        int next = 0;
        for (int index = 0; index < lines.Length; index++)
        {
            ordered.Append(index > 0 ? "\n" : string.Empty);
            if (!TryTake(lines[index], letters, ref next, out List<Letter> line))
            {
                // The text isn't that of the letters. The rest stays as it is.
                return ordered.Append(string.Join("\n", lines.Skip(index))).ToString();
            }

            ordered.Append(lines[index].Any(IsRightToLeft) ? Order(line) : lines[index]);
        }

        return ordered.ToString();
    }

    // The letters of a line of the text, with the spaces between them.
    private static bool TryTake(string line, IReadOnlyList<Letter> letters, ref int next, out List<Letter> taken)
    {
        taken = [];
        int place = 0;
        while (true)
        {
            while (place < line.Length && char.IsWhiteSpace(line[place]))
            {
                place++;
            }

            if (place == line.Length)
            {
                return true;
            }

            while (next < letters.Count && string.IsNullOrWhiteSpace(letters[next].Value))
            {
                next++;
            }

            if (next == letters.Count || string.CompareOrdinal(line, place, letters[next].Value, 0, letters[next].Value.Length) != 0)
            {
                return false;
            }

            taken.Add(letters[next]);
            place += letters[next].Value.Length;
            next++;
        }
    }

    private static string Order(List<Letter> line)
    {
        // As it's seen, from left to right. Marks are at the place of their letter, and stay before or behind it.
        Letter[] seen = line.Select((letter, index) => (letter, index)).OrderBy(each => each.letter.StartBaseLine.X).ThenBy(each => each.index).Select(each => each.letter).ToArray();
        var pieces = new List<string>();
        for (int index = 0; index < seen.Length; index++)
        {
            if (index > 0 && seen[index].StartBaseLine.X - seen[index - 1].EndBaseLine.X > LeastSpace * Math.Max(1, seen[index].PointSize))
            {
                pieces.Add(" ");
            }

            pieces.Add(Plain(seen[index].Value));
        }

        bool isRightToLeft = pieces.Count(piece => piece.Any(IsRightToLeft)) >= pieces.Count(IsLeftToRight);
        return string.Concat(isRightToLeft ? Reverse(pieces) : ReverseParts(pieces)).Trim();
    }

    // A line in a right-to-left language: numbers and foreign words in it keep their order.
    private static List<string> Reverse(List<string> pieces)
    {
        var reversed = new List<string>(pieces.Count);
        for (int end = pieces.Count; end > 0;)
        {
            int start = end - 1;
            if (IsLeftToRight(pieces[start]) || IsDigit(pieces[start]))
            {
                int first = start;
                while (start > 0 && !pieces[start - 1].Any(IsRightToLeft))
                {
                    start--;
                    first = IsLeftToRight(pieces[start]) || IsDigit(pieces[start]) ? start : first;
                }

                start = first;
            }

            reversed.AddRange(pieces.GetRange(start, end - start));
            end = start;
        }

        return reversed;
    }

    // A line in another language, with words that are read from right to left.
    private static List<string> ReverseParts(List<string> pieces)
    {
        var ordered = new List<string>(pieces.Count);
        for (int index = 0; index < pieces.Count;)
        {
            if (!pieces[index].Any(IsRightToLeft))
            {
                ordered.Add(pieces[index++]);
                continue;
            }

            int last = index;
            for (int end = index; end < pieces.Count && !IsLeftToRight(pieces[end]); end++)
            {
                last = pieces[end].Any(IsRightToLeft) ? end : last;
            }

            ordered.AddRange(Reverse(pieces.GetRange(index, last + 1 - index)));
            index = last + 1;
        }

        return ordered;
    }

    // Arabic letters have different characters for their shapes, which no one enters.
    private static string Plain(string letter) => letter.Any(each => each is >= '\ufb1d' and <= '\ufdff' or >= '\ufe70' and <= '\ufefc')
        ? letter.Normalize(NormalizationForm.FormKC)
        : letter;

    private static bool IsRightToLeft(char character) =>
        character is (>= '\u0590' and <= '\u08ff' or >= '\ufb1d' and <= '\ufdff' or >= '\ufe70' and <= '\ufefc')
            and not (>= '\u0660' and <= '\u0669' or >= '\u06f0' and <= '\u06f9');

    private static bool IsLeftToRight(string piece) => piece.Any(each => char.IsLetter(each) && !IsRightToLeft(each));

    private static bool IsDigit(string piece) => piece.Any(each => char.GetUnicodeCategory(each) == UnicodeCategory.DecimalDigitNumber);
}
