using System;
using System.IO;
using System.Linq;
using System.Text;
using CohereShell.Emulation;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Decodes the compressed bytes of the emulator. Other tests check the decoder with files of another implementation.</summary>
public sealed class SnappyEncoderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(300_000)]
    public void Any_number_of_bytes_survives_a_round_trip(int count)
    {
        byte[] noise = new byte[count];
        new Random(count).NextBytes(noise);
        Assert.Equal(noise, ThereAndBack(noise, out _));

        byte[] words = [.. Encoding.UTF8.GetBytes(string.Join(" ", Enumerable.Range(0, count).Select(i => $"word {i % 997}"))).Take(count)];
        Assert.Equal(words, ThereAndBack(words, out _));
    }

    [Fact]
    public void Repeated_bytes_become_short()
    {
        byte[] repeats = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"text\":\"the same again\"}", 4000)));
        ThereAndBack(repeats, out int length);
        Assert.InRange(length, 1, repeats.Length / 15);
    }

    [Fact]
    public void Distant_repetitions_survive_a_round_trip_too()
    {
        byte[] noise = new byte[70_000];
        new Random(1).NextBytes(noise);
        byte[] twice = [.. noise, .. noise];
        Assert.Equal(twice, ThereAndBack(twice, out _));
    }

    private static byte[] ThereAndBack(byte[] bytes, out int length)
    {
        using var compressed = new MemoryStream();
        SnappyEncoder.Encode(bytes, compressed);
        length = (int)compressed.Length;
        byte[] back = new byte[SnappyDecoder.ReadLength(compressed.ToArray(), bytes.Length)];
        SnappyDecoder.Decode(compressed.ToArray(), back);
        return back;
    }
}
