namespace CohereShell;

/// <summary>Finds where to split a text. Every chunk is read once, and what follows its end is read again with the next one.</summary>
internal sealed class TextBreaks(string text, ITextMeasure measure, int maximum, int overlap)
{
    /// <summary>How good a place is to split a text.</summary>
    private enum Strength
    {
        None,
        Word,
        Sentence,
        Paragraph,
        Heading,
    }

    // The part of a chunk that must be full before it ends at a place of this strength. A place that is too early would make
    // many small chunks.
    private static readonly double[] LeastFill = [1, 0, 0.3, 0.5, 0.25];

    private readonly string _text = text;
    private readonly ITextMeasure _measure = measure;
    private readonly int _maximum = Math.Max(1, maximum);
    private readonly int _overlap = overlap;
    private readonly int[] _latest = new int[LeastFill.Length];
    private readonly List<(int Position, Strength Strength)> _places = [];
    private bool _isQuoted;

    /// <summary>Whether the text is a table. It's split between rows only, if they aren't longer than a chunk.</summary>
    public bool HasRows { get; init; }

    /// <summary>The chunks of the text from a position on, without white space around them.</summary>
    public IEnumerable<(int Start, int End)> From(int position)
    {
        int covered = position;
        while (true)
        {
            while (position < _text.Length && char.IsWhiteSpace(_text[position]))
            {
                position++;
            }

            if (position >= _text.Length)
            {
                yield break;
            }

            int limit = _measure.End(position, _maximum, _text.Length);
            bool isHeading = false;
            int end = limit >= _text.Length ? _text.Length : FindEnd(position, Math.Max(position, covered), limit, out isHeading);
            if (end < 0)
            {
                // The next word doesn't fit behind the overlap.
                position = covered;
                continue;
            }

            int textEnd = end;
            while (textEnd > position && char.IsWhiteSpace(_text[textEnd - 1]))
            {
                textEnd--;
            }

            yield return (position, textEnd);
            if (end >= _text.Length)
            {
                yield break;
            }

            covered = end;
            position = _overlap == 0 || isHeading ? end : StartOfOverlap(position, textEnd, end);
        }
    }

    // The earliest sentence that fits into the overlap. If the last one is too long, the earliest word.
    private int StartOfOverlap(int start, int textEnd, int end)
    {
        int earliest = Math.Max(start + 1, _measure.Start(textEnd, _overlap));
        int word = end;
        foreach ((int position, Strength strength) in _places)
        {
            if (position < earliest || position >= textEnd)
            {
                continue;
            }

            if (strength >= Strength.Sentence)
            {
                _isQuoted = false;
                return position;
            }

            word = Math.Min(word, position);
        }

        return HasRows ? end : word;
    }

    // The place between the end of the chunk before and the limit where this chunk ends; -1 if there isn't one because of
    // the overlap.
    private int FindEnd(int start, int after, int limit, out bool isHeading)
    {
        Array.Clear(_latest, 0, _latest.Length);
        _places.Clear();
        bool wasQuoted = _isQuoted;
        Scan(start, after, limit);
        isHeading = false;
        for (Strength strength = Strength.Heading; strength > Strength.None; strength--)
        {
            int place = _latest[(int)strength];
            // A table has only rows and, for rows that are too long, words.
            double fill = HasRows ? 0 : LeastFill[(int)strength];
            if (place > after && place - start >= (limit - start) * fill)
            {
                isHeading = strength == Strength.Heading;
                _isQuoted = HasRows && strength < Strength.Paragraph && IsQuotedAt(start, place, wasQuoted);
                return place;
            }
        }

        if (after > start)
        {
            _isQuoted = wasQuoted;
            return -1;
        }

        int forced = EndOfCharacters(start, after, limit);
        _isQuoted = HasRows && IsQuotedAt(start, forced, wasQuoted);
        return forced;
    }

    private void Scan(int start, int after, int limit)
    {
        int last = -1;
        int lineBreaks = 0;
        bool hasGap = false;
        bool isQuoted = _isQuoted;
        for (int index = start; index < _text.Length; index++)
        {
            char character = _text[index];
            if (char.IsWhiteSpace(character))
            {
                // White space can follow the limit: it isn't a part of the chunk.
                hasGap = true;
                lineBreaks += LineBreaks(index, isQuoted);
                continue;
            }

            if (index > limit && !hasGap)
            {
                break;
            }

            if (last >= 0)
            {
                Add(index, after, StrengthAt(last, index, hasGap, lineBreaks));
            }

            if (index >= limit)
            {
                break;
            }

            isQuoted ^= HasRows && character == '"';
            last = index;
            hasGap = false;
            lineBreaks = 0;
        }
    }

    private void Add(int position, int after, Strength strength)
    {
        if (strength == Strength.None)
        {
            return;
        }

        if (_overlap > 0)
        {
            _places.Add((position, strength));
        }

        if (position > after)
        {
            _latest[(int)strength] = position;
        }
    }

    private int LineBreaks(int index, bool isQuoted) => _text[index] switch
    {
        _ when isQuoted => 0,
        '\n' => 1,
        '\r' => index + 1 < _text.Length && _text[index + 1] == '\n' ? 0 : 1,
        '\f' or '\u2029' => 2,
        '\u2028' or '\u0085' => 1,
        _ => 0,
    };

    private Strength StrengthAt(int last, int index, bool hasGap, int lineBreaks)
    {
        if (HasRows)
        {
            return lineBreaks > 0 ? Strength.Paragraph : hasGap ? Strength.Word : Strength.None;
        }

        if (!hasGap)
        {
            return WithoutGap(last, index);
        }

        return lineBreaks > 0 && IsHeading(index) ? Strength.Heading
            : lineBreaks > 1 ? Strength.Paragraph
            // A line that continues a sentence begins with a small letter: the lines of a PDF file.
            : lineBreaks == 1 && (!char.IsLower(_text[index]) || SentenceEnds.At(_text, last)) ? Strength.Sentence
            : !char.IsLower(_text[index]) && SentenceEnds.At(_text, last) ? Strength.Sentence
            : Strength.Word;
    }

    // Chinese and Japanese have no blanks.
    private Strength WithoutGap(int last, int index) =>
        last != index - 1 || !(Ideographs.IsOne(_text[last]) || Ideographs.IsOne(_text[index])) || Ideographs.MustFollow(_text[index]) || Ideographs.MustPrecede(_text[last]) ? Strength.None
        : Ideographs.EndsSentence(_text, last) ? Strength.Sentence
        : Ideographs.IsOne(_text[last]) && Ideographs.IsOne(_text[index]) ? Strength.Word
        : Strength.None;

    private bool IsHeading(int index)
    {
        int end = index;
        while (end < _text.Length && end - index <= 6 && _text[end] == '#')
        {
            end++;
        }

        return end > index && end - index <= 6 && end < _text.Length && _text[end] == ' ';
    }

    // A word that is longer than a chunk. Characters that a reader sees as one stay together, if they aren't as long.
    private int EndOfCharacters(int start, int after, int limit)
    {
        int end = after > start ? after : start;
        while (end < limit)
        {
            int next = end + Graphemes.LengthAt(_text, end, limit - end + 1);
            if (next > limit)
            {
                break;
            }

            end = next;
        }

        if (end > after)
        {
            return end;
        }

        end = Math.Min(_text.Length, Math.Max(limit, after + 1));
        return end < _text.Length && char.IsLowSurrogate(_text[end]) && char.IsHighSurrogate(_text[end - 1]) ? (end - 1 > after ? end - 1 : end + 1) : end;
    }

    private bool IsQuotedAt(int start, int end, bool isQuoted)
    {
        for (int index = start; index < end; index++)
        {
            isQuoted ^= _text[index] == '"';
        }

        return isQuoted;
    }
}
