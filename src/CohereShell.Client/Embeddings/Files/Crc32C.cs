using System.Buffers.Binary;
#if NET
using System.Numerics;
#endif

namespace CohereShell;

/// <summary>
/// The CRC-32C checksum (Castagnoli), which processors compute in hardware. Without a package, the framework doesn't offer
/// another that is as fast.
/// </summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82f6_3b78;
    private static readonly uint[] Table = CreateTable();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
#if NET
        uint checksum = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes.Slice(sizeof(ulong));
        }

        foreach (byte next in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, next);
        }

        return ~checksum;
#else
        return ComputeByTable(bytes);
#endif
    }

    /// <summary>Computes it in software: eight bytes at a time with eight tables.</summary>
    public static uint ComputeByTable(ReadOnlySpan<byte> bytes)
    {
        uint[] table = Table;
        uint checksum = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            ulong next = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ checksum;
            checksum = table[(7 * 256) + (int)(next & 255)]
                ^ table[(6 * 256) + (int)((next >> 8) & 255)]
                ^ table[(5 * 256) + (int)((next >> 16) & 255)]
                ^ table[(4 * 256) + (int)((next >> 24) & 255)]
                ^ table[(3 * 256) + (int)((next >> 32) & 255)]
                ^ table[(2 * 256) + (int)((next >> 40) & 255)]
                ^ table[256 + (int)((next >> 48) & 255)]
                ^ table[(int)(next >> 56)];
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
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * Polynomial);
            }

            table[i] = value;
        }

        for (int i = 256; i < table.Length; i++)
        {
            uint before = table[i - 256];
            table[i] = (before >> 8) ^ table[before & 255];
        }

        return table;
    }
}
