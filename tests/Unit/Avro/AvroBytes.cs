using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace CohereShell.Tests.Avro;

/// <summary>Handmade Avro files, including invalid ones.</summary>
internal static class AvroBytes
{
    public static readonly byte[] Sync = Encoding.ASCII.GetBytes("0123456789abcdef");

    /// <summary>A file of one uncompressed block.</summary>
    public static byte[] File(string schema, long count, params byte[][] rows) => Join(Header(schema), Block(count, Join(rows)));

    public static byte[] Header(string? schema, string? codec = null)
    {
        var parts = new List<byte[]> { "Obj\u0001"u8.ToArray() };
        if (codec is not null)
        {
            parts.AddRange([Long(1), Text("avro.codec"), Text(codec)]);
        }

        if (schema is not null)
        {
            parts.AddRange([Long(1), Text("avro.schema"), Text(schema)]);
        }

        parts.AddRange([Long(0), Sync]);
        return Join(parts.ToArray());
    }

    public static byte[] Block(long count, byte[] body) => Join(Long(count), Long(body.Length), body, Sync);

    public static byte[] Long(long value)
    {
        var bytes = new List<byte>();
        ulong left = (ulong)((value << 1) ^ (value >> 63));
        for (; left > 127; left >>= 7)
        {
            bytes.Add((byte)(left | 128));
        }

        bytes.Add((byte)left);
        return bytes.ToArray();
    }

    public static byte[] Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(byte[] bytes) => Join(Long(bytes.Length), bytes);

    public static byte[] Float(float number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
        return bytes;
    }

    public static byte[] Double(double number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
        return bytes;
    }

    public static byte[] Deflate(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var deflater = new DeflateStream(target, CompressionLevel.Optimal))
        {
            deflater.Write(bytes);
        }

        return target.ToArray();
    }

    /// <summary>Snappy data without compression, followed by the checksum.</summary>
    public static byte[] Snappy(byte[] bytes)
    {
        byte[] checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.Compute(bytes));
        var parts = new List<byte[]> { Varint(bytes.Length) };
        for (int i = 0; i < bytes.Length; i += 60)
        {
            int length = Math.Min(60, bytes.Length - i);
            parts.AddRange([[(byte)((length - 1) << 2)], bytes.AsSpan(i, length).ToArray()]);
        }

        parts.Add(checksum);
        return Join(parts.ToArray());
    }

    public static byte[] Join(params byte[][] parts)
    {
        using var stream = new MemoryStream();
        foreach (byte[] part in parts)
        {
            stream.Write(part);
        }

        return stream.ToArray();
    }

    private static byte[] Varint(int value) => Long(value % 2 == 0 ? value / 2 : -(value / 2) - 1);
}
