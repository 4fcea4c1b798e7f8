using System;
using System.Buffers.Binary;
using System.IO;
using Avro;
using Avro.File;

namespace CohereShell.Tests.Avro;

/// <summary>Snappy for Apache.Avro, which has no codec for it: Snappier compresses, and a CRC-32 follows each block.</summary>
internal sealed class ApacheSnappyCodec : Codec
{
    internal const string Name = "snappy";
    private const int ChecksumLength = 4;

    public override byte[] Compress(byte[] uncompressedData)
    {
        byte[] compressed = Snappier.Snappy.CompressToArray(uncompressedData);
        byte[] checksum = new byte[ChecksumLength];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Checksum(uncompressedData));
        return [.. compressed, .. checksum];
    }

    public override void Compress(MemoryStream inputStream, MemoryStream outputStream)
    {
        outputStream.SetLength(0);
        outputStream.Write(Compress(inputStream.ToArray()));
    }

    public override byte[] Decompress(byte[] compressedData, int length)
    {
        byte[] data = Snappier.Snappy.DecompressToArray(compressedData.AsSpan(0, length - ChecksumLength));
        uint checksum = BinaryPrimitives.ReadUInt32BigEndian(compressedData.AsSpan(length - ChecksumLength, ChecksumLength));
        return checksum == Checksum(data) ? data : throw new AvroRuntimeException("The checksum of the block is wrong.");
    }

    public override string GetName() => Name;

    public override bool Equals(object? other) => other is ApacheSnappyCodec;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    // Computed bit by bit, to be independent of the reader under test.
    private static uint Checksum(byte[] data)
    {
        uint checksum = uint.MaxValue;
        foreach (byte one in data)
        {
            checksum ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                checksum = (checksum & 1) == 0 ? checksum >> 1 : (checksum >> 1) ^ 0xEDB88320;
            }
        }

        return ~checksum;
    }
}
