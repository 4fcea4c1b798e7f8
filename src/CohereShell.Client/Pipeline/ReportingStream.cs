namespace CohereShell;

/// <summary>A readable stream that reports its progress.</summary>
internal sealed class ReportingStream(Stream inner, Action<long> report) : ReadOnlyStream
{
    private readonly Stream _inner = inner;
    private readonly Action<long> _report = report;
    private long _position;

    public override bool CanSeek => _inner.CanSeek;

    public override long Length => _inner.Length;

    public override long Position
    {
        get => _inner.Position;
        set => _position = _inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Tell(_inner.Read(buffer, offset, count));

#if NET
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Tell(await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
#else
    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Tell(await _inner.ReadAsync(buffer, offset, count, cancellationToken).ConfigureAwait(false));
#endif

    public override long Seek(long offset, SeekOrigin origin) => _position = _inner.Seek(offset, origin);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Tell(int count)
    {
        _position += count;
        _report(_position);
        return count;
    }
}
