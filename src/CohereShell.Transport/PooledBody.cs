using System.Buffers;

namespace CohereShell.Transport;

/// <summary>
/// The body of a response in pooled memory. Responses with embeddings take half a megabyte or more. If each of thousands
/// of calls allocated such an array, memory would grow until a late garbage collection.
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
    /// <param name="length">The length of the body according to its header.</param>
    /// <param name="bound">The largest length. A longer body is an error.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public static async Task<PooledBody> ReadAsync(Stream stream, long? length, int bound, CancellationToken cancellationToken)
    {
        if (length > bound)
        {
            throw AnswerBounds.TooLarge("The response", bound);
        }

        // One byte more than the length, because the read that finds the end needs space too.
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min((length ?? FirstSize) + 1, LargestFirstSize));
        int filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                // A byte more than the bound is enough to notice that it is exceeded.
                byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(filled * 2L, bound + 1L));
                buffer.AsSpan().CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            // If this fails, the buffer isn't returned, because a cancelled read may still write to it.
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
            if (filled > bound)
            {
                // Not returned to the pool, which would keep this much memory.
                throw AnswerBounds.TooLarge("The response", bound);
            }
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
