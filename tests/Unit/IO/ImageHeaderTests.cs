using System;
using System.Buffers.Binary;
using System.Linq;
using System.Text;
using Xunit;

namespace CohereShell.Tests;

public sealed class ImageHeaderTests
{
    public static TheoryData<string, byte[], long, long> Images() => new()
    {
        { "image/png", Png(1240, 1754), 1240, 1754 },
        { "image/gif", [.. "GIF89a"u8, 0x40, 0x01, 0xf0, 0x00, 0, 0, 0], 320, 240 },
        { "image/jpeg", Jpeg(640, 480), 640, 480 },
        { "image/webp", WebP("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01]), 640, 480 },
        { "image/webp", WebP("VP8L", [0x2f, 0x7f, 0xc2, 0x77, 0x00, 0, 0, 0, 0, 0]), 640, 480 },
        { "image/webp", WebP("VP8X", [0, 0, 0, 0, 0x7f, 0x02, 0, 0xdf, 0x01, 0]), 640, 480 },
        { "image/bmp", Bitmap(40, 640, -480), 640, 480 },
        { "image/bmp", [.. "BM"u8, .. new byte[12], 12, 0, 0, 0, 0x80, 0x02, 0xe0, 0x01], 640, 480 },
        { "image/tiff", Tiff(isBig: false, isShort: true), 640, 480 },
        { "image/tiff", Tiff(isBig: false, isShort: false), 640, 480 },
        { "image/tiff", Tiff(isBig: true, isShort: true), 640, 480 },
        { "image/tiff", Tiff(isBig: true, isShort: false), 640, 480 },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void The_size_is_read(string mediaType, byte[] bytes, long width, long height)
    {
        Assert.Equal(new ImageHeader(mediaType, width, height), ImageHeader.Read(bytes));
        Assert.Equal(width * height, ImageHeader.Read(bytes)!.Pixels);
    }

    [Fact]
    public void A_number_of_pixels_that_is_too_large_is_the_largest_number()
    {
        Assert.Equal(long.MaxValue, new ImageHeader("image/png", uint.MaxValue, uint.MaxValue).Pixels);
        Assert.Equal(0, new ImageHeader("image/png", 0, uint.MaxValue).Pixels);
    }

    [Theory]
    [InlineData("%PDF-1.7")]
    [InlineData("BM is short for bitmap, and this is a text.")]
    [InlineData("II*")]
    [InlineData("PNG")]
    [InlineData("")]
    public void Something_else_is_not_an_image(string text)
    {
        Assert.Null(ImageHeader.Read(Encoding.ASCII.GetBytes(text)));
        Assert.Null(ImageHeader.MediaTypeOf(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public void A_file_that_ends_early_or_is_damaged_is_read_without_an_exception()
    {
        var random = new Random(5);
        foreach (byte[] image in Images().Select(row => (byte[])row[1]))
        {
            for (int length = 0; length < image.Length; length++)
            {
                ImageHeader.Read(image.AsSpan(0, length));
            }

            for (int round = 0; round < 2000; round++)
            {
                byte[] damaged = [.. image];
                for (int change = 0; change < 3; change++)
                {
                    damaged[random.Next(4, damaged.Length)] = (byte)random.Next(256);
                }

                Assert.True(ImageHeader.Read(damaged) is null or { Width: >= 0, Height: >= 0 });
            }
        }
    }

    private static byte[] Png(int width, int height)
    {
        byte[] bytes = [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, 0, 0, 0, 13, .. "IHDR"u8, .. new byte[13]];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        return bytes;
    }

    // An application segment, a table, a fill byte, and the frame.
    private static byte[] Jpeg(ushort width, ushort height)
    {
        byte[] bytes = [0xff, 0xd8, 0xff, 0xe0, 0, 6, 1, 2, 3, 4, 0xff, 0xc4, 0, 3, 0xff, 0xff, 0xff, 0xc2, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(21), height);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(23), width);
        return bytes;
    }

    private static byte[] WebP(string chunk, byte[] content) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. Encoding.ASCII.GetBytes(chunk), 0, 0, 0, 0, .. content];

    private static byte[] Bitmap(int header, int width, int height)
    {
        byte[] bytes = [.. "BM"u8, .. new byte[28]];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(14), header);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), height);
        return bytes;
    }

    private static byte[] Tiff(bool isBig, bool isShort)
    {
        byte[] bytes = new byte[10 + 36];
        (isBig ? "MM\0*"u8 : "II*\0"u8).CopyTo(bytes);
        Write(bytes, 4, 8, isBig, isShort: false);
        Write(bytes, 8, 3, isBig, isShort: true);
        int entry = 10;
        foreach ((int tag, int value) in new[] { (256, 640), (257, 480), (258, 8) })
        {
            Write(bytes, entry, tag, isBig, isShort: true);
            Write(bytes, entry + 2, isShort ? 3 : 4, isBig, isShort: true);
            Write(bytes, entry + 4, 1, isBig, isShort: false);
            Write(bytes, entry + 8, value, isBig, isShort);
            entry += 12;
        }

        return bytes;
    }

    private static void Write(byte[] bytes, int offset, int value, bool isBig, bool isShort)
    {
        Span<byte> place = bytes.AsSpan(offset);
        switch (isBig, isShort)
        {
            case (true, true):
                BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)value);
                break;
            case (true, false):
                BinaryPrimitives.WriteInt32BigEndian(place, value);
                break;
            case (false, true):
                BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)value);
                break;
            default:
                BinaryPrimitives.WriteInt32LittleEndian(place, value);
                break;
        }
    }
}
