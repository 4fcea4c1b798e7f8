namespace CohereShell;

/// <summary>Decompresses Snappy data in the raw format, without frames, which the framework can't do.</summary>
internal static class SnappyDecoder
{
    /// <summary>The best compression that the format allows: 64 bytes for a copy of 3.</summary>
    private const int MostBytesForOne = 22;

    /// <summary>Reads the length of the decompressed data in bytes.</summary>
    /// <exception cref="InvalidDataException">The length isn't possible.</exception>
    public static int ReadLength(ReadOnlySpan<byte> compressed, int limit) => ReadLength(compressed, limit, out _);

    /// <summary>Decompresses all data.</summary>
    /// <param name="compressed">The compressed data.</param>
    /// <param name="target">A span with the length that <see cref="ReadLength(ReadOnlySpan{byte}, int)"/> returned.</param>
    /// <exception cref="InvalidDataException">The data is damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> compressed, Span<byte> target)
    {
        ReadLength(compressed, target.Length, out int position);
        int written = 0;
        while (position < compressed.Length)
        {
            int tag = compressed[position++];
            int kind = tag & 3;
            if (kind == 0)
            {
                int length = ReadLiteralLength(compressed, tag >> 2, ref position);
                if (length > compressed.Length - position || length > target.Length - written)
                {
                    throw new InvalidDataException("a run of bytes in it is too long");
                }

                compressed.Slice(position, length).CopyTo(target.Slice(written));
                position += length;
                written += length;
            }
            else
            {
                int length = kind == 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
                uint offset = ReadOffset(compressed, tag, ref position);
                if (offset == 0 || offset > (uint)written || length > target.Length - written)
                {
                    throw new InvalidDataException("it repeats bytes that don't exist");
                }

                Repeat(target, written, (int)offset, length);
                written += length;
            }
        }

        if (written != target.Length)
        {
            throw new InvalidDataException("it ends too early");
        }
    }

    private static int ReadLength(ReadOnlySpan<byte> compressed, int limit, out int position)
    {
        ulong length = 0;
        position = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (position == compressed.Length)
            {
                break;
            }

            byte next = compressed[position++];
            length |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                // An impossible length is refused before memory is allocated.
                return length <= (ulong)limit && length <= (ulong)compressed.Length * MostBytesForOne
                    ? (int)length
                    : throw new InvalidDataException(FormattableString.Invariant($"it claims to hold {length} bytes"));
            }
        }

        throw new InvalidDataException("its length is missing");
    }

    private static int ReadLiteralLength(ReadOnlySpan<byte> compressed, int code, ref int position)
    {
        if (code < 60)
        {
            return code + 1;
        }

        uint length = ReadLittleEndian(compressed, code - 59, ref position);
        return length < int.MaxValue ? (int)length + 1 : int.MaxValue;
    }

    private static uint ReadOffset(ReadOnlySpan<byte> compressed, int tag, ref int position) => (tag & 3) switch
    {
        1 => ((uint)(tag >> 5) << 8) | ReadLittleEndian(compressed, 1, ref position),
        2 => ReadLittleEndian(compressed, 2, ref position),
        _ => ReadLittleEndian(compressed, 4, ref position),
    };

    private static uint ReadLittleEndian(ReadOnlySpan<byte> compressed, int count, ref int position)
    {
        if (count > compressed.Length - position)
        {
            throw new InvalidDataException("it is incomplete");
        }

        uint number = 0;
        for (int i = 0; i < count; i++)
        {
            number |= (uint)compressed[position++] << (8 * i);
        }

        return number;
    }

    private static void Repeat(Span<byte> target, int written, int offset, int length)
    {
        if (offset >= length)
        {
            target.Slice(written - offset, length).CopyTo(target.Slice(written));
            return;
        }

        // The spans overlap: a repeat can read what it has just written.
        for (int i = written; i < written + length; i++)
        {
            target[i] = target[i - offset];
        }
    }
}
