#if NET
using System.Net.Http;

namespace CohereShell;

/// <summary>
/// A connection that sends each request once. If a server closes a connection before the first byte of a response,
/// SocketsHttpHandler silently resends a request without a body, up to three times. It does so when the connection ends
/// but not when an error occurs, so this stream turns such an end into an error. Then only the retry rules decide
/// whether to resend, and the number of attempts is the number of requests.
/// </summary>
internal sealed class SingleSendStream : Stream
{
    private const int Idle = 0;

    /// <summary>A request was written, in full or in part, and no response has arrived.</summary>
    private const int Waiting = 1;

    /// <summary>The server closed the connection.</summary>
    private const int Ended = 2;

    /// <summary>A response has started to arrive.</summary>
    private const int Answered = 3;

    private readonly Stream _inner;

    // The handler reads ahead on kept connections, so a read can end while a request is being written.
    private int _state = Idle;

    /// <summary>Whether a read is pending.</summary>
    private volatile bool _isReading;

    private SingleSendStream(Stream inner) => _inner = inner;

    public override bool CanRead => _inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => _inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Wraps a new connection. It sees the data inside TLS, so proxies and certificates don't matter here.</summary>
    public static ValueTask<Stream> WrapAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken) =>
        new(new SingleSendStream(context.PlaintextStream));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _isReading = true;
        ValueTask<int> read = _inner.ReadAsync(buffer, cancellationToken);
        // Data that has arrived is returned without a state machine, because a long response has many such reads.
        return read.IsCompletedSuccessfully ? Complete(read.Result, buffer.Length) : CompleteAsync(read, buffer.Length);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => Received(_inner.Read(buffer), buffer.Length);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginSending();
        return _inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeginSending();
        _inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override void Flush() => _inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private ValueTask<int> Complete(int count, int wanted) =>
        count > 0 ? new(Received(count, wanted)) : CompleteAsync(new ValueTask<int>(count), wanted);

    private async ValueTask<int> CompleteAsync(ValueTask<int> read, int wanted) => Received(await read.ConfigureAwait(false), wanted);

    private int Received(int count, int wanted)
    {
        if (count > 0)
        {
            Volatile.Write(ref _state, Answered);
            _isReading = false;
        }
        // An empty read only checks whether there is data.
        else if (wanted > 0 && Interlocked.Exchange(ref _state, Ended) == Waiting)
        {
            throw new IOException("The server closed the connection without a response.");
        }

        return count;
    }

    private void BeginSending()
    {
        // The handler starts to read ahead before the next request. Without a pending read, this is the rest of a request that
        // the server answered early, and then the end of the connection can be the end of the response.
        if (Volatile.Read(ref _state) == Answered && !_isReading)
        {
            return;
        }

        if (Interlocked.Exchange(ref _state, Waiting) == Ended)
        {
            // The connection ended after the handler chose it. It may be half closed: the server may still read.
            throw new IOException("The server closed the connection before the request was sent.");
        }
    }
}
#endif
