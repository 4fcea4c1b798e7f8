namespace CohereShell;

/// <summary>Reads the lines of a stream as bytes, without creating a string for each.</summary>
internal sealed class LineReader(Stream stream)
{
    /// <summary>
    /// A row of 1,536 dimensions in all forms has about 50 KB. A line a thousand times longer is a file without line
    /// breaks, and must not be loaded into memory.
    /// </summary>
    public const int LongestLine = 64 * 1024 * 1024;

    private readonly Stream _stream = stream;
    private byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;

    /// <summary>The number of the last line read, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Whether a line break follows the last line read.</summary>
    public bool HasLineBreak { get; private set; }

    /// <summary>Reads the next line without its line break, valid until the next call; false at the end of the stream.</summary>
    /// <exception cref="LineTooLongException">The line is too long. The next one can be read.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        line = default;
        int searched = 0;
        bool isTooLong = false;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched;
                line = _buffer.AsSpan(_start, length);
                _start += length + 1;
                HasLineBreak = true;
                break;
            }

            if (_end - _start >= LongestLine)
            {
                isTooLong = true;
                _start = _end;
            }

            searched = _end - _start;
            if (!Fill())
            {
                if (searched == 0 && !isTooLong)
                {
                    return false;
                }

                line = _buffer.AsSpan(_start, searched);
                _start = _end;
                HasLineBreak = false;
                break;
            }
        }

        LineNumber++;
        return !isTooLong
            ? true
            : throw new LineTooLongException(FormattableString.Invariant($"Line {LineNumber} is longer than {LongestLine / 1024 / 1024} MB"));
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, LongestLine));
        }

        int count = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }
}
