namespace CohereShell;

/// <summary>
/// A stream that is read forward only, in chunks as they arrive. The same code is used synchronously and asynchronously:
/// if <c>isAsync</c> is false, every returned task has completed.
/// </summary>
/// <param name="stream">The stream. It is closed with this object.</param>
internal sealed class AvroInput(Stream stream) : IDisposable
{
    private const int PieceLength = 64 * 1024;
    private readonly Stream _stream = stream;
    private readonly byte[] _piece = new byte[PieceLength];
    private int _start;
    private int _end;

    /// <summary>The number of bytes read.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the stream is at its end. Waits for the next byte.</summary>
    public async Task<bool> IsAtEndAsync(bool isAsync, CancellationToken cancellationToken)
    {
        if (_start < _end)
        {
            return false;
        }

        _start = 0;
        _end = isAsync
            ? await ReadPieceAsync(cancellationToken).ConfigureAwait(false)
            : _stream.Read(_piece, 0, _piece.Length);
        return _end == 0;
    }

    /// <summary>Reads a number of variable length.</summary>
    /// <exception cref="InvalidDataException">The stream ends inside the number, or the number is too long.</exception>
    public async Task<long> ReadLongAsync(bool isAsync, CancellationToken cancellationToken)
    {
        ulong number = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (await IsAtEndAsync(isAsync, cancellationToken).ConfigureAwait(false))
            {
                throw CutOff();
            }

            byte next = _piece[_start++];
            Position++;
            number |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                return shift == 63 && next > 1 ? throw new InvalidDataException("a number is too long") : (long)(number >> 1) ^ -(long)(number & 1);
            }
        }

        throw new InvalidDataException("a number is too long");
    }

    /// <summary>
    /// Fills the buffer from its start. The buffer grows with the bytes that arrive, not with the length in the file, so that
    /// a false length doesn't allocate memory.
    /// </summary>
    /// <returns>The buffer, or a longer one.</returns>
    /// <exception cref="InvalidDataException">The stream ends too early.</exception>
    public async Task<byte[]> ReadBytesAsync(byte[] buffer, int length, bool isAsync, CancellationToken cancellationToken)
    {
        int done = 0;
        while (done < length)
        {
            if (await IsAtEndAsync(isAsync, cancellationToken).ConfigureAwait(false))
            {
                throw CutOff();
            }

            int count = Math.Min(length - done, _end - _start);
            if (done + count > buffer.Length)
            {
                byte[] longer = Uninitialized.Array<byte>((int)Math.Min(length, Math.Max(2L * buffer.Length, PieceLength)));
                Buffer.BlockCopy(buffer, 0, longer, 0, done);
                buffer = longer;
            }

            count = Math.Min(count, buffer.Length - done);
            Buffer.BlockCopy(_piece, _start, buffer, done, count);
            _start += count;
            Position += count;
            done += count;
        }

        return buffer;
    }

    public void Dispose() => _stream.Dispose();

    private Task<int> ReadPieceAsync(CancellationToken cancellationToken) =>
#if NET
        _stream.ReadAsync(_piece.AsMemory(), cancellationToken).AsTask();
#else
        _stream.ReadAsync(_piece, 0, _piece.Length, cancellationToken);
#endif

    private static InvalidDataException CutOff() => new("the file ends here and is incomplete");
}
