using System;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;


namespace CohereShell.Tests;

public sealed class Utf8TextTests
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Theory]
    [InlineData(new byte[] { 0x42, 0xfc, 0x72, 0x6f }, 1)]
    [InlineData(new byte[] { 0x41, 0xc0, 0x80 }, 1)]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, 0)]
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 }, 0)]
    [InlineData(new byte[] { 0x41, 0xe2, 0x82 }, 1)]
    [InlineData(new byte[] { 0x80 }, 0)]
    public void The_first_invalid_byte_is_found(byte[] bytes, long position) =>
        Assert.Equal(position, Utf8Text.FindInvalid(new MemoryStream(bytes)));

    [Fact]
    public void Any_bytes_are_judged_as_the_decoder_does_in_parts_of_any_size()
    {
        var random = new Random(1);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(4) switch
            {
                0 => "a",
                1 => "ü",
                2 => "€",
                _ => "🐛",
            })));
            if (bytes.Length > 0 && random.Next(2) == 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Assert.Equal(IsValid(bytes), Utf8Text.FindInvalid(new Slow(bytes, random.Next(1, 4))) is null);
        }
    }

    [Fact]
    public void The_line_is_counted_with_any_line_break()
    {
        Assert.Equal(3, Utf8Text.LineAt(new MemoryStream("a\nb\nc"u8.ToArray()), 4));
        Assert.Equal(3, Utf8Text.LineAt(new MemoryStream("a\r\nb\r\nc"u8.ToArray()), 6));
        Assert.Equal(3, Utf8Text.LineAt(new MemoryStream("a\rb\rc"u8.ToArray()), 4));
    }

    [Fact]
    public void A_character_can_continue_in_the_next_part()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(new string('a', (256 * 1024) - 1) + "€" + new string('b', 256 * 1024) + "🐛");

        Assert.Null(Utf8Text.FindInvalid(new MemoryStream(bytes)));
        Assert.Equal(bytes.Length - 4, Utf8Text.FindInvalid(new MemoryStream(bytes, 0, bytes.Length - 1)));
    }

    private static bool IsValid(byte[] bytes)
    {
        try
        {
            Strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private sealed class Slow(byte[] bytes, int part) : MemoryStream(bytes)
    {
        private readonly int _part = part;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, _part));
    }
}
