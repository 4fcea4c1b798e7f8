#if NET
using System.Net.Http;

namespace CohereShell;

/// <summary>
/// A connection on which a request is sent once. When a server closes a connection before the first byte of an answer,
/// SocketsHttpHandler sends a request without a body again, up to three times and without telling anyone. It does so for
/// the end of the connection only, not for an error: here, an end in the place of an answer is an error. Whether to send
/// again is then decided by the retry rules alone, and the number of attempts is the number of requests.
/// </summary>
internal sealed class SingleSendStream : Stream
{
    private const int Idle = 0;

    /// <summary>A request has been written, in full or in part, and nothing has come back.</summary>
    private const int Waiting = 1;

    /// <summary>The server has closed the connection.</summary>
    private const int Ended = 2;

    /// <summary>Something has come back.</summary>
    private const int Answered = 3;

    private readonly Stream _inner;

    // The handler reads ahead on connections that it keeps, so that a read can end while a request is written.
    private int _state = Idle;

    /// <summary>Whether a read has begun that has brought nothing yet.</summary>
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

    /// <summary>Wraps a new connection. It sees the bytes inside TLS: proxies and certificates do not concern it.</summary>
    public static ValueTask<Stream> WrapAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken) =>
        new(new SingleSendStream(context.PlaintextStream));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _isReading = true;
        ValueTask<int> read = _inner.ReadAsync(buffer, cancellationToken);
        // What has already arrived is passed on without a state machine: a long answer is many such reads.
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
        // An empty read only asks whether there is something to read.
        else if (wanted > 0 && Interlocked.Exchange(ref _state, Ended) == Waiting)
        {
            throw new IOException("The server closed the connection without an answer.");
        }

        return count;
    }

    private void BeginSending()
    {
        // Before the next request the handler begins to read ahead. Without that, this is the rest of a request that the
        // server has answered early: then the end of the connection can be the end of the answer.
        if (Volatile.Read(ref _state) == Answered && !_isReading)
        {
            return;
        }

        if (Interlocked.Exchange(ref _state, Waiting) == Ended)
        {
            // The end came after the handler had chosen this connection. It may be half an end: the server may still read.
            throw new IOException("The server closed the connection before the request was sent.");
        }
    }
}
#endif
