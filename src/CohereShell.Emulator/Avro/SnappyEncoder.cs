using System.Buffers.Binary;

namespace CohereShell.Emulation;

/// <summary>
/// Compresses with Snappy: <see href="https://github.com/google/snappy/blob/main/format_description.txt"/>. Bytes that
/// occurred in the last 64 KB are written as a reference, all others as literals.
/// </summary>
internal static class SnappyEncoder
{
    private const int HashBits = 14;
    private const int MinMatch = 4;
    private const int MaxMatch = 64;
    private const int MaxOffset = 65535;
    private const int Literal = 0;
    private const int CopyWithTwoBytes = 2;

    internal static void Encode(ReadOnlySpan<byte> source, Stream target)
    {
        WriteLength(target, source.Length);

        // Positions count from 1, because 0 means that the hash hasn't occurred yet.
        int[] seen = new int[1 << HashBits];
        int start = 0;
        int position = 0;
        while (position + MinMatch <= source.Length)
        {
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(source.Slice(position));
            int slot = (int)((next * 0x1E35A7BD) >> (32 - HashBits));
            int candidate = seen[slot] - 1;
            seen[slot] = position + 1;
            if (candidate < 0 || position - candidate > MaxOffset || BinaryPrimitives.ReadUInt32LittleEndian(source.Slice(candidate)) != next)
            {
                position++;
                continue;
            }

            int length = MinMatch;
            while (length < MaxMatch && position + length < source.Length && source[candidate + length] == source[position + length])
            {
                length++;
            }

            WriteLiteral(target, source.Slice(start, position - start));
            WriteCopy(target, position - candidate, length);
            position += length;
            start = position;
        }

        WriteLiteral(target, source.Slice(start));
    }

    private static void WriteLength(Stream target, int length)
    {
        for (uint left = (uint)length; ; left >>= 7)
        {
            if (left < 0x80)
            {
                target.WriteByte((byte)left);
                return;
            }

            target.WriteByte((byte)(left | 0x80));
        }
    }

    private static void WriteLiteral(Stream target, ReadOnlySpan<byte> bytes)
    {
        const int MaxInTag = 60;
        if (bytes.IsEmpty)
        {
            return;
        }

        int length = bytes.Length - 1;
        if (length < MaxInTag)
        {
            WriteTag(target, Literal, length);
        }
        else
        {
            int count = length < 1 << 8 ? 1 : length < 1 << 16 ? 2 : length < 1 << 24 ? 3 : 4;
            WriteTag(target, Literal, MaxInTag - 1 + count);
            for (int i = 0; i < count; i++)
            {
                target.WriteByte((byte)(length >> (8 * i)));
            }
        }

        foreach (byte one in bytes)
        {
            target.WriteByte(one);
        }
    }

    private static void WriteCopy(Stream target, int offset, int length)
    {
        WriteTag(target, CopyWithTwoBytes, length - 1);
        target.WriteByte((byte)offset);
        target.WriteByte((byte)(offset >> 8));
    }

    private static void WriteTag(Stream target, int kind, int value) => target.WriteByte((byte)(kind | (value << 2)));
}
