namespace CohereShell.Emulation;

/// <summary>
/// The body of an in-process response. A read returns at most one event, as over a network connection that flushes each
/// event. A truncated body ends with the same error as a connection that is closed too early.
/// </summary>
internal sealed class EventStream(IEnumerable<byte[]> events, TimeSpan pause, bool isCut) : ReadOnlyStream
{
    private readonly IEnumerator<StreamPart> _events = StreamPart.Of(events, isCut).GetEnumerator();
    private StreamPart _current = new([], false);
    private int _position;

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (!await FillAsync(cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        int taken = Math.Min(count, _current.Count - _position);
        Buffer.BlockCopy(_current.Bytes, _position, buffer, offset, taken);
        _position += taken;
        return taken;
    }

#if NET
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!await FillAsync(cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        int taken = Math.Min(buffer.Length, _current.Count - _position);
        _current.Bytes.AsMemory(_position, taken).CopyTo(buffer);
        _position += taken;
        return taken;
    }
#endif

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _events.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (_position == _current.Count)
        {
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }

            if (!_events.MoveNext())
            {
                return isCut ? throw new IOException("The response ended prematurely.") : false;
            }

            _current = _events.Current;
            _position = 0;
        }

        return true;
    }
}
