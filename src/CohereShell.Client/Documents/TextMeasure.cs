namespace CohereShell;

/// <summary>Measures parts of a text. Each method takes time for the part only, and not for the whole text.</summary>
internal interface ITextMeasure
{
    /// <summary>The size of a part.</summary>
    int Count(int start, int end);

    /// <summary>The end of the largest part from a position on whose size isn't more than a number.</summary>
    int End(int start, int size, int length);

    /// <summary>The start of the largest part before a position whose size isn't more than a number.</summary>
    int Start(int end, int size);
}

/// <summary>Measures in UTF-16 characters.</summary>
internal sealed class CharacterMeasure : ITextMeasure
{
    public int Count(int start, int end) => end - start;

    public int End(int start, int size, int length) => (int)Math.Min(length, (long)start + size);

    public int Start(int end, int size) => Math.Max(0, end - size);
}

/// <summary>Measures in tokens, estimated from the number of bytes.</summary>
internal sealed class ByteMeasure(string text) : ITextMeasure
{
    private readonly string _text = text;

    public int Count(int start, int end)
    {
        long bytes = 0;
        for (int index = start; index < end; index++)
        {
            bytes += TokenEstimate.BytesOf(_text[index]);
        }

        return (int)TokenEstimate.OfBytes(bytes);
    }

    public int End(int start, int size, int length)
    {
        long left = (long)size * TokenEstimate.BytesPerToken;
        int end = start;
        while (end < length && (left -= TokenEstimate.BytesOf(_text[end])) >= 0)
        {
            end++;
        }

        return end;
    }

    public int Start(int end, int size)
    {
        long left = (long)size * TokenEstimate.BytesPerToken;
        int start = end;
        while (start > 0 && (left -= TokenEstimate.BytesOf(_text[start - 1])) >= 0)
        {
            start--;
        }

        return start;
    }
}

/// <summary>Measures in tokens that the service counted.</summary>
/// <param name="ends">The position after each token, in order.</param>
internal sealed class TokenMeasure(int[] ends) : ITextMeasure
{
    private readonly int[] _ends = ends;

    // A token that is partly in the part counts.
    public int Count(int start, int end) => start >= end ? 0 : Math.Min(IndexOf(end - 1), _ends.Length - 1) - IndexOf(start) + 1;

    public int End(int start, int size, int length)
    {
        long last = (long)IndexOf(start) + size - 1;
        return last >= _ends.Length - 1 ? length : Math.Max(start, _ends[last]);
    }

    public int Start(int end, int size)
    {
        long first = (long)IndexOf(end - 1) - size;
        return first < 0 ? 0 : Math.Min(end, _ends[first]);
    }

    // The index of the token that contains a position.
    private int IndexOf(int position)
    {
        int low = 0;
        int high = _ends.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ends[middle] <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
