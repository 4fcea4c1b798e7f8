namespace CohereShell;

/// <summary>
/// A stream whose bytes a subclass inspects as they are read from another stream. It can only be read asynchronously, as
/// answers of a server are.
/// </summary>
internal abstract class InspectedStream(Stream inner) : ReadOnlyStream
{
    private readonly Stream _inner = inner;

#if NET
    public sealed override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Inspect(buffer.Span, count);
    }

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
#else
    public sealed override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read = await _inner.ReadAsync(buffer, offset, count, cancellationToken).ConfigureAwait(false);
        return Inspect(buffer.AsSpan(offset, count), read);
    }
#endif

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Inspects the bytes that were read.</summary>
    /// <param name="buffer">The whole buffer of the reader, with the bytes at its beginning.</param>
    /// <param name="count">The number of bytes; 0 at the end of the other stream.</param>
    /// <returns>The number of bytes for the reader.</returns>
    protected abstract int Inspect(Span<byte> buffer, int count);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
