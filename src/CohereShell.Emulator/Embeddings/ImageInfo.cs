using System.Buffers.Binary;

namespace CohereShell.Emulation;

/// <summary>The information in the header of an image.</summary>
internal sealed record ImageInfo(string Format, int Width, int Height, int BitDepth)
{
    /// <summary>Reads the header. Null if the bytes aren't an image in a format that Cohere accepts.</summary>
    internal static ImageInfo? Read(byte[] bytes)
    {
        try
        {
            return Png(bytes) ?? Gif(bytes) ?? WebP(bytes) ?? Jpeg(bytes);
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // The file ends within its header.
            return null;
        }
    }

    private static ImageInfo? Png(ReadOnlySpan<byte> bytes)
    {
        if (!IsAt(bytes, 1, "PNG\r\n"u8))
        {
            return null;
        }

        int samples = bytes[25] switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        int width = BinaryPrimitives.ReadInt32BigEndian(bytes.Slice(16));
        return new ImageInfo("png", width, BinaryPrimitives.ReadInt32BigEndian(bytes.Slice(20)), bytes[24] * samples);
    }

    private static ImageInfo? Gif(ReadOnlySpan<byte> bytes) => IsAt(bytes, 0, "GIF8"u8)
        ? new ImageInfo("gif", BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(6)), BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(8)), 8)
        : null;

    private static ImageInfo? WebP(ReadOnlySpan<byte> bytes)
    {
        if (!IsAt(bytes, 0, "RIFF"u8) || !IsAt(bytes, 8, "WEBPVP8"u8))
        {
            return null;
        }

        switch (bytes[15])
        {
            case (byte)'L':
                uint bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(21));
                return new ImageInfo("webp", (int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1, (bits & 0x10000000) != 0 ? 32 : 24);
            case (byte)'X':
                int depth = (bytes[20] & 0x10) != 0 ? 32 : 24;
                return new ImageInfo("webp", ThreeBytes(bytes.Slice(24)) + 1, ThreeBytes(bytes.Slice(27)) + 1, depth);
            default:
                int width = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(26)) & 0x3FFF;
                return new ImageInfo("webp", width, BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(28)) & 0x3FFF, 24);
        }
    }

    private static ImageInfo? Jpeg(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8)
        {
            return null;
        }

        // Skips segments up to the one that starts a frame.
        ReadOnlySpan<byte> rest = bytes.Slice(2);
        while (rest[1] is not (>= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC))
        {
            rest = rest.Slice(2 + BinaryPrimitives.ReadUInt16BigEndian(rest.Slice(2)));
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(rest.Slice(5));
        int width = BinaryPrimitives.ReadUInt16BigEndian(rest.Slice(7));
        return new ImageInfo("jpeg", width, height, rest[4] * rest[9]);
    }

    private static bool IsAt(ReadOnlySpan<byte> bytes, int position, ReadOnlySpan<byte> expected) =>
        bytes.Length >= position && bytes.Slice(position).StartsWith(expected);

    private static int ThreeBytes(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
