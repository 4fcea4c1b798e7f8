using System.Buffers.Binary;

namespace CohereShell;

/// <summary>What the header of an image file says: its format and its size.</summary>
/// <param name="MediaType">The media type: <c>image/png</c>.</param>
/// <param name="Width">The width in pixels; 0 if the header doesn't say it.</param>
/// <param name="Height">The height in pixels; 0 if the header doesn't say it.</param>
internal sealed record ImageHeader(string MediaType, long Width, long Height)
{
    private const string Png = "image/png";
    private const string Jpeg = "image/jpeg";
    private const string Gif = "image/gif";
    private const string WebP = "image/webp";
    private const string Bmp = "image/bmp";
    private const string Tiff = "image/tiff";

    private static readonly (string MediaType, int Offset, byte[] Bytes)[] Signatures =
    [
        (Png, 0, [0x89, (byte)'P', (byte)'N', (byte)'G']),
        (Jpeg, 0, [0xff, 0xd8, 0xff]),
        (Gif, 0, [(byte)'G', (byte)'I', (byte)'F', (byte)'8']),
        (WebP, 8, [(byte)'W', (byte)'E', (byte)'B', (byte)'P']),
        (Tiff, 0, [(byte)'I', (byte)'I', 42, 0]),
        (Tiff, 0, [(byte)'M', (byte)'M', 0, 42]),
    ];

    // The sizes of the headers that follow 'BM'. Two letters alone could be the beginning of a text.
    private static readonly uint[] BitmapHeaders = [12, 40, 52, 56, 64, 108, 124];

    /// <summary>The number of pixels; 0 if the header doesn't say it, and the largest number if it's larger.</summary>
    public long Pixels => Width > 0 && Height > long.MaxValue / Width ? long.MaxValue : Width * Height;

    /// <summary>The media type of an image; null if the bytes aren't an image in one of the known formats.</summary>
    public static string? MediaTypeOf(ReadOnlySpan<byte> bytes)
    {
        foreach ((string mediaType, int offset, byte[] signature) in Signatures)
        {
            if (bytes.Length >= offset && bytes.Slice(offset).StartsWith(signature))
            {
                return mediaType;
            }
        }

        return bytes.StartsWith("BM"u8) && BitmapHeaders.Contains((uint)Little4(bytes, 14)) ? Bmp : null;
    }

    /// <summary>Reads the header. Null if the bytes aren't an image in one of the known formats.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> bytes)
    {
        string? mediaType = MediaTypeOf(bytes);
        (long width, long height) = mediaType switch
        {
            Png => (Big4(bytes, 16), Big4(bytes, 20)),
            Gif => (Little2(bytes, 6), Little2(bytes, 8)),
            Jpeg => SizeOfJpeg(bytes),
            WebP => SizeOfWebP(bytes),
            Bmp => SizeOfBitmap(bytes),
            Tiff => SizeOfTiff(bytes),
            _ => default,
        };
        return mediaType is null ? null : new ImageHeader(mediaType, width, height);
    }

    // Skips segments up to the one that starts a frame.
    private static (long Width, long Height) SizeOfJpeg(ReadOnlySpan<byte> bytes)
    {
        int position = 2;
        while (position + 4 <= bytes.Length && bytes[position] == 0xff)
        {
            byte marker = bytes[position + 1];
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                return (Big2(bytes, position + 7), Big2(bytes, position + 5));
            }

            // 0xff can be repeated before a marker. Markers up to 0x01 and from 0xd0 to 0xd9 have no length.
            position += marker == 0xff ? 1 : marker is 0x01 or (>= 0xd0 and <= 0xd9) ? 2 : 2 + (int)Big2(bytes, position + 2);
        }

        return default;
    }

    private static (long Width, long Height) SizeOfWebP(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30)
        {
            return default;
        }

        switch (bytes[15])
        {
            case (byte)'L':
                long bits = Little4(bytes, 21);
                return ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
            case (byte)'X':
                return ((Little4(bytes, 23) >> 8) + 1, (Little4(bytes, 26) >> 8) + 1);
            default:
                return (Little2(bytes, 26) & 0x3fff, Little2(bytes, 28) & 0x3fff);
        }
    }

    // A negative height means that the first row is the top one.
    private static (long Width, long Height) SizeOfBitmap(ReadOnlySpan<byte> bytes) => Little4(bytes, 14) == 12
        ? (Little2(bytes, 18), Little2(bytes, 20))
        : (Math.Abs((long)(int)Little4(bytes, 18)), Math.Abs((long)(int)Little4(bytes, 22)));

    private static (long Width, long Height) SizeOfTiff(ReadOnlySpan<byte> bytes)
    {
        bool isBig = bytes[0] == 'M';
        long directory = isBig ? Big4(bytes, 4) : Little4(bytes, 4);
        long count = isBig ? Big2(bytes, directory) : Little2(bytes, directory);
        long width = 0;
        long height = 0;
        for (long entry = directory + 2; entry < directory + 2 + (count * 12); entry += 12)
        {
            long tag = isBig ? Big2(bytes, entry) : Little2(bytes, entry);
            bool isShort = (isBig ? Big2(bytes, entry + 2) : Little2(bytes, entry + 2)) == 3;
            long value = (isBig, isShort) switch
            {
                (true, true) => Big2(bytes, entry + 8),
                (true, false) => Big4(bytes, entry + 8),
                (false, true) => Little2(bytes, entry + 8),
                (false, false) => Little4(bytes, entry + 8),
            };
            width = tag == 256 ? value : width;
            height = tag == 257 ? value : height;
        }

        return (width, height);
    }

    // 0 for a file that ends before the number.
    private static long Big2(ReadOnlySpan<byte> bytes, long offset) =>
        offset + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice((int)offset)) : 0;

    private static long Big4(ReadOnlySpan<byte> bytes, long offset) =>
        offset + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice((int)offset)) : 0;

    private static long Little2(ReadOnlySpan<byte> bytes, long offset) =>
        offset + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice((int)offset)) : 0;

    private static long Little4(ReadOnlySpan<byte> bytes, long offset) =>
        offset + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice((int)offset)) : 0;
}
