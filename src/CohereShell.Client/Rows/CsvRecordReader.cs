using System.Text;

namespace CohereShell;

/// <summary>
/// Reads the complete records of a CSV file in UTF-8, and tells where the last one ends. A record is complete if a line
/// break outside of quotes follows it: what a killed process left behind isn't.
/// </summary>
internal sealed class CsvRecordReader
{
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<byte> _field = [];
    private readonly List<string> _fields = [];
    private int _position;
    private int _count;
    private long _offset;

    public CsvRecordReader(Stream stream)
    {
        _stream = stream;
        SkipMark();
    }

    private enum State
    {
        FieldStart,
        Plain,
        Quoted,
        AfterQuote,
    }

    /// <summary>The position after the last complete record.</summary>
    public long End { get; private set; }

    /// <summary>The only field to keep; null for all of them. The others are read as empty texts.</summary>
    public int? OnlyField { get; set; }

    /// <summary>Reads the next record that isn't an empty line. The list is valid until the next call.</summary>
    /// <returns>False after the last complete record.</returns>
    public bool TryRead(out IReadOnlyList<string> fields)
    {
        fields = _fields;
        _fields.Clear();
        _field.Clear();
        State state = State.FieldStart;
        bool isEmptyLine = true;
        while (TryNext(out byte current))
        {
            bool isEnd = current == (byte)'\n' && state != State.Quoted;
            if (isEnd && isEmptyLine)
            {
                End = _offset;
                continue;
            }

            if (isEnd)
            {
                EndField(isLast: true, wasPlain: state == State.Plain);
                End = _offset;
                return true;
            }

            isEmptyLine &= current == (byte)'\r';
            state = Next(state, current);
        }

        return false;
    }

    private State Next(State state, byte current)
    {
        if (state != State.Quoted && current == (byte)',')
        {
            EndField(isLast: false, wasPlain: state == State.Plain);
            return State.FieldStart;
        }

        if (current == (byte)'"')
        {
            switch (state)
            {
                // Only a quote at the start of a field quotes it: 5" disk is a text.
                case State.FieldStart:
                    return State.Quoted;
                case State.Quoted:
                    return State.AfterQuote;
                case State.AfterQuote:
                    Keep(current);
                    return State.Quoted;
            }
        }

        if (state == State.AfterQuote && current == (byte)'\r')
        {
            return state;
        }

        Keep(current);
        return state == State.Quoted ? state : State.Plain;
    }

    private void Keep(byte current)
    {
        if (OnlyField is null || OnlyField == _fields.Count)
        {
            _field.Add(current);
        }
    }

    private void EndField(bool isLast, bool wasPlain)
    {
        int length = _field.Count;
        // The first half of a line break. In quotes, it's a part of the text.
        if (isLast && wasPlain && length > 0 && _field[length - 1] == (byte)'\r')
        {
            length--;
        }

        _fields.Add(Encoding.UTF8.GetString(_field.ToArray(), 0, length));
        _field.Clear();
    }

    private bool TryNext(out byte current)
    {
        if (_position == _count)
        {
            _count = _stream.Read(_buffer, 0, _buffer.Length);
            _position = 0;
            if (_count == 0)
            {
                current = 0;
                return false;
            }
        }

        current = _buffer[_position++];
        _offset++;
        return true;
    }

    private void SkipMark()
    {
        _count = _stream.Read(_buffer, 0, _buffer.Length);
        if (_buffer.AsSpan(0, _count).StartsWith("\uFEFF"u8))
        {
            _position = 3;
            _offset = 3;
            End = 3;
        }
    }
}
