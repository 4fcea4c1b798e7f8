using System.Buffers.Binary;

namespace CohereShell;

/// <summary>The CRC-32 checksum of ZIP and PNG, which the framework offers only in a package.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xedb8_8320;
    private static readonly uint[] Table = CreateTable();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        // Processes eight bytes at a time with eight tables, so that the checksum isn't slower than the decompression.
        uint[] table = Table;
        uint checksum = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ checksum;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(sizeof(uint)));
            checksum = 0;
            for (int i = 0; i < sizeof(uint); i++)
            {
                checksum ^= table[((7 - i) * 256) + (int)((low >> (8 * i)) & 255)];
                checksum ^= table[((3 - i) * 256) + (int)((high >> (8 * i)) & 255)];
            }

            bytes = bytes.Slice(sizeof(ulong));
        }

        foreach (byte next in bytes)
        {
            checksum = (checksum >> 8) ^ table[(checksum ^ next) & 255];
        }

        return ~checksum;
    }

    private static uint[] CreateTable()
    {
        uint[] table = new uint[8 * 256];
        for (int i = 0; i < table.Length; i++)
        {
            uint value = i < 256 ? (uint)i : table[i - 256];
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * Polynomial);
            }

            table[i] = value;
        }

        return table;
    }
}
