namespace CohereShell;

/// <summary>
/// A file of a dataset as it arrives. If the connection breaks, it is opened again at the missing byte, or at the start
/// while skipping what was received. The reader gets each byte once.
/// </summary>
internal sealed class PartStream : ReadOnlyStream
{
    private const int SkipLength = 64 * 1024;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);

    private readonly DatasetFiles _files;
    private readonly int _index;
    // A connection uses one token while it is open, but each read has a separate one.
    private readonly CancellationTokenSource _ending;
    private Stream? _stream;
    private ApiReply? _reply;
    private string? _entityTag;
    private long? _length;
    private long _position;
    private int _failures;
    private bool _isRenewed;

    public PartStream(DatasetFiles files, int index)
    {
        _files = files;
        _index = index;
        _ending = files.Session.LinkToClosing(CancellationToken.None);
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), _ending);
        try
        {
            return await ReadAnewAsync(buffer, offset, count, _ending.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_files.Session.IsOpen && !cancellationToken.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException)
        {
            throw new CohereException(ErrorReason.SessionClosed, "The session was disconnected during the download.");
        }
    }

#if NET
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(buffer, out ArraySegment<byte> array)
            ? new(ReadAsync(array.Array!, array.Offset, array.Count, cancellationToken))
            : throw new NotSupportedException();
#endif

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close(ref _stream, ref _reply);
            _ending.Dispose();
        }

        base.Dispose(disposing);
    }

    private static void Close(ref Stream? stream, ref ApiReply? reply)
    {
        stream?.Dispose();
        reply?.Dispose();
        stream = null;
        reply = null;
    }

    /// <summary>Whether the connection ended too early. Other exceptions go to the user.</summary>
    private static bool IsBroken(Exception exception) => exception is IOException or TransportException or ObjectDisposedException or System.Net.Http.HttpRequestException or System.Net.WebException;

    private async Task<int> ReadAnewAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Stream stream = _stream ?? await OpenAsync(cancellationToken).ConfigureAwait(false);
                int read = await ReadAsync(stream, buffer, offset, count, cancellationToken).ConfigureAwait(false);
                if (read == 0 && _position < _length)
                {
                    throw new EndOfStreamException("the connection ended too early");
                }

                if (read > 0)
                {
                    _position += read;
                    _files.BytesRead += read;
                    _failures = 0;
                    _isRenewed = false;
                }

                return read;
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                Close(ref _stream, ref _reply);
                cancellationToken.ThrowIfCancellationRequested();
                await PauseAsync(exception, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync(Exception cause, CancellationToken cancellationToken)
    {
        string what = (cause as TransportException)?.Message ?? "the connection was lost.";
        if (++_failures > _files.MaxRetryCount)
        {
            throw _files.Failed(cause is TransportException ? ErrorReason.TimedOut : ErrorReason.ConnectionLost, _index, FormattableString.Invariant($"{what} After {_position} bytes, {_failures} attempts brought no more data."));
        }

        // The first retry is immediate because the download worked until now.
        TimeSpan delay = _failures == 1 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(_failures - 2, 6)));
        _files.Report(delay, FormattableString.Invariant($"Downloading {_files.Describe(_index)}: {what} Continuing after byte {_position}."));
        await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        ApiReply? reply = await _files.SendAsync(_index, _position, _entityTag, cancellationToken).ConfigureAwait(false);
        Stream? stream = null;
        try
        {
            if (!reply.IsSuccess && !_isRenewed && reply.StatusCode is >= 400 and < 500)
            {
                // The address has expired. File servers report this in different ways.
                reply.Dispose();
                _isRenewed = true;
                await _files.RenewAsync(cancellationToken).ConfigureAwait(false);
                reply = await _files.SendAsync(_index, _position, _entityTag, cancellationToken).ConfigureAwait(false);
            }

            long start = StartOf(reply);
            stream = _files.Session.Transport.LimitSilence(reply.Stream!, _files.IdleTimeout, cancellationToken);
            await SkipAsync(stream, _position - start, cancellationToken).ConfigureAwait(false);
            (_stream, _reply, stream, reply) = (stream, reply, null, null);
            return _stream;
        }
        finally
        {
            Close(ref stream, ref reply);
        }
    }

    /// <summary>The byte of the file at which a response starts. A response that can't continue the download is an error.</summary>
    private long StartOf(ApiReply reply)
    {
        // The body isn't shown because some servers repeat the signed address in it.
        if (!reply.IsSuccess)
        {
            throw _files.Failed(ErrorReason.DownloadFailed, _index, FormattableString.Invariant($"the file server returned status {reply.StatusCode}."));
        }

        bool isPart = reply.StatusCode == 206;
        long start = isPart ? reply.RangeStart ?? -1 : 0;
        long? length = start + reply.Length;
        bool isOther = (_length is not null && length != _length) || (_entityTag is not null && reply.EntityTag is not null && reply.EntityTag != _entityTag);
        if (isOther || (isPart && start != _position))
        {
            throw _files.Failed(ErrorReason.DownloadFailed, _index, "the file on the server was changed during the download.");
        }

        _length ??= length;
        _entityTag ??= reply.EntityTag;
        return start;
    }

#if NET
    private static ValueTask<int> ReadAsync(Stream stream, byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer.AsMemory(offset, count), cancellationToken);
#else
    private static Task<int> ReadAsync(Stream stream, byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        stream.ReadAsync(buffer, offset, count, cancellationToken);
#endif

    private static async Task SkipAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        byte[] buffer = count > 0 ? new byte[SkipLength] : [];
        while (count > 0)
        {
            int read = await ReadAsync(stream, buffer, 0, (int)Math.Min(count, buffer.Length), cancellationToken).ConfigureAwait(false);
            count -= read > 0 ? read : throw new EndOfStreamException("the connection ended too early");
        }
    }
}
