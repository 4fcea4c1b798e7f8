using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using static CohereShell.Tests.Avro.AvroBytes;

namespace CohereShell.Tests.Avro;

public sealed class AvroFileJoinerTests
{
    // What only a reader of the compression could tell from noise.
    private static readonly byte[] Packed = [0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3, 255, 0];

    [Fact]
    public async Task Files_with_a_compression_that_the_module_cannot_read_are_joined_unread()
    {
        byte[] first = Join(Header("\"int\"", "zstandard"), Block(2, Packed));
        byte[] second = Join(Header("\"int\"", "zstandard"), Block(3, Packed), Block(1, [.. Packed, 7]));

        byte[] joined = await JoinAsync(first, second);

        // Only the map of the header can be written differently.
        Assert.Equal(Join(await JoinAsync(first), Block(3, Packed), Block(1, [.. Packed, 7])), joined);
        Assert.EndsWith(Convert.ToHexString(Join(Sync, Block(2, Packed), Block(3, Packed), Block(1, [.. Packed, 7]))), Convert.ToHexString(joined), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zstandard", "null", "its compression differs from the files before it, which use \"zstandard\", and this module can't write that")]
    [InlineData("null", "zstandard", "its blocks are compressed with \"zstandard\", but this module reads only \"null\", \"deflate\" and \"snappy\"")]
    public async Task Files_of_which_only_one_has_such_a_compression_are_refused_in_plain_words(string first, string second, string expected)
    {
        AvroException exception = await Assert.ThrowsAsync<AvroException>(() => JoinAsync(
            Join(Header("\"int\"", first), Block(1, [2])),
            Join(Header("\"int\"", second), Block(1, [4]))));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "deflate")]
    [InlineData("deflate", "null")]
    [InlineData("deflate", "snappy")]
    public async Task Files_with_compressions_that_the_module_can_read_are_joined(string first, string second)
    {
        byte[] joined = await JoinAsync(
            Join(Header("\"int\"", first), Block(1, Compressed(first, [2]))),
            Join(Header("\"int\"", second), Block(1, Compressed(second, [4]))));

        using var file = new MemoryStream(joined);
        using var input = new AvroInput(file);
        AvroHeader header = await AvroHeader.ReadAsync(input, AvroLimits.Default, isAsync: true, CancellationToken.None);
        var blocks = new AvroBlockReader(input, header, AvroLimits.Default);
        Assert.True(await blocks.ReadAsync(isAsync: true, CancellationToken.None));
        Assert.Equal([2], blocks.Body.AsSpan(0, blocks.Length).ToArray());
        Assert.True(await blocks.ReadAsync(isAsync: true, CancellationToken.None));
        Assert.Equal([4], blocks.Body.AsSpan(0, blocks.Length).ToArray());
        Assert.False(await blocks.ReadAsync(isAsync: true, CancellationToken.None));
    }

    private static byte[] Compressed(string codec, byte[] body) => codec switch
    {
        "deflate" => Deflate(body),
        "snappy" => Snappy(body),
        _ => body,
    };

    private static async Task<byte[]> JoinAsync(params byte[][] files)
    {
        using var output = new MemoryStream();
        var joiner = new AvroFileJoiner(output);
        foreach (byte[] file in files)
        {
            await joiner.AddAsync(new MemoryStream(file), CancellationToken.None);
        }

        return output.ToArray();
    }
}
