using System;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;

namespace CohereShell.Tests.Avro;

public sealed class SnappyDecoderTests
{
    [Theory]
    [InlineData("00", "")]
    [InlineData("0308616263", "abc")]
    [InlineData("03f002616263", "abc")]
    [InlineData("03f40200616263", "abc")]
    [InlineData("03f8020000616263", "abc")]
    [InlineData("03fc02000000616263", "abc")]
    [InlineData("07086162630103", "abcabca")]
    [InlineData("06086162630a0300", "abcabc")]
    [InlineData("06086162630b03000000", "abcabc")]
    [InlineData("05006102010e0100", null)]
    [InlineData("0500610e0100", "aaaaa")]
    public void Every_kind_of_element_is_decoded(string hex, string? text)
    {
        byte[] compressed = Convert.FromHexString(hex);
        if (text is null)
        {
            Assert.Throws<InvalidDataException>(() => Decode(compressed));
            return;
        }

        Assert.Equal(text, Encoding.ASCII.GetString(Decode(compressed)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("8080808080")]
    [InlineData("ffffffff0f")]
    [InlineData("03")]
    [InlineData("030861")]
    [InlineData("020861626300")]
    [InlineData("04086162630103")]
    [InlineData("0708616263010400")]
    [InlineData("0708616263010000")]
    [InlineData("06086162630a03")]
    [InlineData("06086162630bffffffff")]
    [InlineData("03fcffffffff616263")]
    [InlineData("03fcfeffffff616263")]
    public void Invalid_data_is_refused(string hex) =>
        Assert.Throws<InvalidDataException>(() => Decode(Convert.FromHexString(hex)));

    [Fact]
    public void The_checksum_equals_that_of_ZIP()
    {
        byte[] bytes = Enumerable.Range(0, 1000).Select(i => (byte)(i * 7)).ToArray();

        Assert.Equal(0xcbf4_3926u, Crc32.Compute("123456789"u8));
        Assert.Equal(0u, Crc32.Compute([]));
        for (int length = 0; length < 40; length++)
        {
            Assert.Equal(Slow(bytes.AsSpan(0, length)), Crc32.Compute(bytes.AsSpan(0, length)));
        }
    }

    private static byte[] Decode(byte[] compressed)
    {
        byte[] target = new byte[SnappyDecoder.ReadLength(compressed, 1_000_000)];
        SnappyDecoder.Decode(compressed, target);
        return target;
    }

    private static uint Slow(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        foreach (byte next in bytes)
        {
            checksum ^= next;
            for (int bit = 0; bit < 8; bit++)
            {
                checksum = (checksum >> 1) ^ ((checksum & 1) * 0xedb8_8320);
            }
        }

        return ~checksum;
    }
}
