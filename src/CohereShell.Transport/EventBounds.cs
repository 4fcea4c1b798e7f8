namespace CohereShell.Transport;

/// <summary>
/// Bounds a stream of server-sent events, which its parser doesn't: an event that never ends would fill the memory. It also
/// ends the last event, because some servers leave out the blank line after it.
/// </summary>
internal sealed class EventBounds(Stream inner) : InspectedStream(inner)
{
    private long _total;
    private int _event;
    private bool _isLineEmpty = true;
    private bool _isAfterReturn;
    private bool _isEnded;

    protected override int Inspect(Span<byte> buffer, int count) => count > 0 ? Count(buffer.Slice(0, count)) : End(buffer);

    private int Count(ReadOnlySpan<byte> bytes)
    {
        _total += bytes.Length;
        if (_total > AnswerBounds.LargestBody)
        {
            throw AnswerBounds.TooLarge("The stream", AnswerBounds.LargestBody);
        }

        int count = bytes.Length;
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            int length = end < 0 ? bytes.Length : end;
            _event += length;
            if (length > 0)
            {
                _isLineEmpty = false;
                _isAfterReturn = false;
            }

            if (_event > AnswerBounds.LargestEvent)
            {
                throw AnswerBounds.TooLarge("An event of the stream", AnswerBounds.LargestEvent);
            }

            if (end < 0)
            {
                break;
            }

            // A line can end with \n, \r or \r\n. An empty line ends the event.
            bool isSecondHalf = bytes[end] == '\n' && _isAfterReturn && length == 0;
            if (!isSecondHalf)
            {
                _event = _isLineEmpty ? 0 : _event;
                _isLineEmpty = true;
            }

            _isAfterReturn = bytes[end] == '\r';
            bytes = bytes.Slice(end + 1);
        }

        return count;
    }

    private int End(Span<byte> buffer)
    {
        if (_isEnded || _total == 0 || buffer.Length < 2)
        {
            return 0;
        }

        _isEnded = true;
        buffer[0] = (byte)'\n';
        buffer[1] = (byte)'\n';
        return 2;
    }
}
