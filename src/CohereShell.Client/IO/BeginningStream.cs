namespace CohereShell;

/// <summary>
/// A stream of events that keeps its beginning if that can't be an event: some servers send a JSON error or a page instead
/// of a stream. Events start with a name or a comment.
/// </summary>
internal sealed class BeginningStream(Stream inner) : ReadOnlyStream
{
    private const int MostKept = 1024 * 1024;

    private readonly Stream _inner = inner;
    private MemoryStream? _kept;
    private bool _hasBegun;

    /// <summary>The beginning; empty if it looks like events.</summary>
    public ReadOnlyMemory<byte> Text => _kept is null ? default : _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

#if NET
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Keep(buffer.Span.Slice(0, count));
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
#else
    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read = await _inner.ReadAsync(buffer, offset, count, cancellationToken).ConfigureAwait(false);
        Keep(buffer.AsSpan(offset, read));
        return read;
    }
#endif

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (!_hasBegun)
        {
            ReadOnlySpan<byte> text = bytes.StartsWith("\uFEFF"u8) ? bytes.Slice(3) : bytes;
            int first = 0;
            while (first < text.Length && text[first] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                first++;
            }

            if (first == text.Length)
            {
                return;
            }

            _hasBegun = true;
            _kept = text[first] is (byte)'{' or (byte)'[' or (byte)'<' or (byte)'"' ? new MemoryStream() : null;
        }

        if (_kept is not null && _kept.Length < MostKept)
        {
            byte[] kept = bytes.Slice(0, (int)Math.Min(bytes.Length, MostKept - _kept.Length)).ToArray();
            _kept.Write(kept, 0, kept.Length);
        }
    }
}
