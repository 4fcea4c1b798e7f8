using System.Buffers;

namespace CohereShell.Transport;

/// <summary>
/// The body of an answer in borrowed memory. Answers with embeddings have half a megabyte and more: made anew for each
/// of thousands of calls, such arrays are collected late, and memory grows for nothing.
/// </summary>
internal sealed class PooledBody : IDisposable
{
    private const int FirstSize = 4096;
    private const int LargestFirstSize = 1 << 24;

    private readonly int _length;
    private byte[]? _buffer;

    private PooledBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="length">How long it says it is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<PooledBody> ReadAsync(Stream stream, long? length, CancellationToken cancellationToken)
    {
        // One more than it should be: the read that finds the end needs room too.
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min((length ?? FirstSize) + 1, LargestFirstSize));
        int filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(filled * 2);
                buffer.AsSpan().CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            // Where this fails, the memory is not given back: a read that was cancelled may still write into it.
#if NET
            int read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
#else
            int read = await stream.ReadAsync(buffer, filled, buffer.Length - filled, cancellationToken).ConfigureAwait(false);
#endif
            if (read == 0)
            {
                return new PooledBody(buffer, filled);
            }

            filled += read;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
