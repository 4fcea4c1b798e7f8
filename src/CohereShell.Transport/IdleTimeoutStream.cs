namespace CohereShell.Transport;

/// <summary>A stream that fails if a read waits too long. It limits silence, not the total duration.</summary>
internal sealed class IdleTimeoutStream : ReadOnlyStream
{
    private readonly Stream _inner;
    private readonly TimeSpan _idleTimeout;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _ending;

    public IdleTimeoutStream(Stream inner, TimeSpan idleTimeout, CancellationToken cancellationToken)
    {
        _inner = inner;
        _idleTimeout = idleTimeout;
        _cancellationToken = cancellationToken;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
#if !NET
        // Reads of .NET Framework ignore the token. They end when the stream is disposed.
        _ending.Token.Register(static state => ((Stream)state!).Dispose(), inner);
#endif
    }

#if NET
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _ending.CancelAfter(_idleTimeout);
        try
        {
            return await _inner.ReadAsync(buffer, _ending.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsIdle)
        {
            throw Stalled(exception);
        }
        finally
        {
            _ending.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
#else
    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        _ending.CancelAfter(_idleTimeout);
        try
        {
            return await _inner.ReadAsync(buffer, offset, count, _ending.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsIdle)
        {
            throw Stalled(exception);
        }
        catch (Exception exception) when (_cancellationToken.IsCancellationRequested && exception is not OperationCanceledException)
        {
            throw new OperationCanceledException(_cancellationToken);
        }
        finally
        {
            _ending.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
#endif

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ending.Dispose();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsIdle => _ending.IsCancellationRequested && !_cancellationToken.IsCancellationRequested;

    private TransportException Stalled(Exception cause) =>
        new(ErrorReason.StreamStalled, FormattableString.Invariant($"The stream sent no data for {_idleTimeout.TotalSeconds:0.##} s."), cause);
}
