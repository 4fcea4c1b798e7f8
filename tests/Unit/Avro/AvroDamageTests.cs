using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;
using static CohereShell.Tests.Avro.AvroBytes;

namespace CohereShell.Tests.Avro;

public sealed class AvroDamageTests
{
    private const string List = """{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}""";

    [Fact]
    public void A_file_that_is_not_Avro_is_reported_as_such()
    {
        Assert.Contains("isn't an Avro object container file", Message([]), StringComparison.Ordinal);
        Assert.Contains("isn't an Avro object container file", Message("Ob"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("isn't an Avro object container file", Message("{\"text\":1}"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("is incomplete", Message("Obj\u0001"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_codec_is_named() =>
        Assert.Equal(
            "The Avro file can't be read in its header, byte 62: its blocks are compressed with \"zstandard\", but this module reads only \"null\", \"deflate\" and \"snappy\".",
            Message(Header("\"int\"", "zstandard")));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"text\"")]
    [InlineData("""{"type":"record","name":"R"}""")]
    [InlineData("""{"type":"record","fields":[]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[5]}""")]
    [InlineData("""{"type":"record","name":"\ud800","fields":[]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"\udc00","type":"int"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}""")]
    [InlineData("""{"type":"fixed","name":"F"}""")]
    [InlineData("""{"type":"fixed","name":"F","size":-1}""")]
    [InlineData("""{"type":"fixed","name":"F","size":99999999999}""")]
    [InlineData("""{"type":"fixed","name":"int","size":1}""")]
    [InlineData("""{"type":"enum","name":"E","symbols":"A"}""")]
    [InlineData("""[["null"]]""")]
    [InlineData("""[{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":1}]""")]
    [InlineData("""{"type":"array"}""")]
    [InlineData("""{"type":"map","values":"none"}""")]
    public void An_invalid_schema_is_refused(string schema) => Assert.Contains("schema", Message(Header(schema)), StringComparison.Ordinal);

    [Fact]
    public void A_file_without_schema_is_refused() => Assert.Contains("doesn't have a schema", Message(Header(null, "null")), StringComparison.Ordinal);

    [Theory]
    [InlineData(90)]
    [InlineData(100_000)]
    public void A_schema_can_be_deep_within_a_limit(int depth)
    {
        string schema = string.Concat(Enumerable.Repeat("""{"type":"array","items":""", depth)) + "\"int\"" + new string('}', depth);
        byte[] bytes = File(schema, 1, Long(0));

        if (depth < 100)
        {
            using AvroFile file = AvroFile.Open(new MemoryStream(bytes));
            Assert.True(file.Read());
        }
        else
        {
            Assert.Contains("schema", Message(bytes), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(249, true)]
    [InlineData(250, false)]
    [InlineData(1_000_000, false)]
    public void Rows_can_be_deep_within_a_limit(int depth, bool isRead)
    {
        byte[] row = Join(Enumerable.Repeat<byte>(2, depth).ToArray(), [0]);
        bool hasRow = false;
        // The stack size of a .NET thread on some systems, less than on most.
        var thread = new Thread(
            () =>
            {
                using AvroFile file = AvroFile.Open(new MemoryStream(File(List, 1, row)));
                try
                {
                    hasRow = file.Read() && file.ToElement().ToString().Length > depth && file.ToObject() is not null;
                }
                catch (AvroException exception)
                {
                    Assert.Contains("more than 250", exception.Message, StringComparison.Ordinal);
                }
            },
            256 * 1024);
        thread.Start();
        thread.Join();

        Assert.Equal(isRead, hasRow);
    }

    [Fact]
    public void A_record_that_contains_itself_is_refused() => Assert.Contains("are nested", Message(File("""{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}""", 1)), StringComparison.Ordinal);

    [Fact]
    public void Records_that_double_without_using_bytes_are_refused()
    {
        // 2 to the power of 60 nulls from 60 types.
        string schema = """{"type":"record","name":"R0","fields":[{"name":"n","type":"null"}]}""";
        for (int i = 1; i < 60; i++)
        {
            schema = $$"""{"type":"record","name":"R{{i}}","fields":[{"name":"a","type":{{schema}}},{"name":"b","type":"R{{i - 1}}"}]}""";
        }

        Assert.Contains("longer than", Message(File(schema, 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-1_000_000_000)]
    public void A_list_of_a_billion_nulls_is_refused(long count)
    {
        byte[] row = count < 0 ? Join(Long(count), Long(0), Long(0)) : Join(Long(count), Long(0));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Message(File("""{"type":"array","items":"null"}""", 1, row));
        Message(File("""{"type":"array","items":"float"}""", 1, row));
        Message(File("""{"type":"array","items":{"type":"record","name":"R","fields":[]}}""", 1, row));
        Message(File("""{"type":"map","values":"null"}""", 1, row));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Rows_that_take_no_bytes_are_limited()
    {
        using AvroFile file = AvroFile.Open(new MemoryStream(File("\"null\"", long.MaxValue)), new AvroLimits { BlockAllowance = 8_000 });
        Assert.Throws<AvroException>(() =>
        {
            while (file.Read())
            {
            }
        });

        Assert.Equal(1000, file.RowCount);
        Assert.False(file.Read());
    }

    [Theory]
    [InlineData("\"string\"")]
    [InlineData("\"bytes\"")]
    public void Lengths_beyond_the_block_allocate_no_memory(string schema)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (long length in new[] { long.MaxValue, long.MinValue, -1, int.MaxValue, 2 })
        {
            Assert.Contains("has a length of", Message(File(schema, 1, Long(length), [65])), StringComparison.Ordinal);
            Message(Join(Header(schema), Long(1), Long(length)));
            Message(Join("Obj\u0001"u8.ToArray(), Long(1), Long(length)));
            Message(Join("Obj\u0001"u8.ToArray(), Long(length)));
        }

        // Each of 20 files has a buffer of 64 kB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * 200_000);
    }

    [Fact]
    public void A_decompression_bomb_is_refused()
    {
        var limits = new AvroLimits { BlockLength = 1_000_000 };
        byte[] bomb = Deflate(new byte[50_000_000]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("the limit for a block is 1000000", Message(Join(Header("\"null\"", "deflate"), Block(1, bomb)), limits), StringComparison.Ordinal);
        Assert.Contains("it claims to hold", Message(Join(Header("\"null\"", "snappy"), Block(1, [0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3, 4])), limits), StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void Rows_before_the_damage_are_read_and_none_after_it()
    {
        byte[] bytes = AvroFileTests.Data("embed-job-snappy.avro");
        bytes[^40] ^= 0x10;
        using AvroFile file = AvroFile.Open(new MemoryStream(bytes));
        AvroException? exception = null;
        try
        {
            while (file.Read())
            {
            }
        }
        catch (AvroException caught)
        {
            exception = caught;
        }

        Assert.Equal(8, file.RowCount);
        Assert.Equal(3, exception!.Block);
        Assert.Contains("The Avro file can't be read in block 3, which starts at byte " + exception.Position.ToString(CultureInfo.InvariantCulture), exception.Message, StringComparison.Ordinal);
        Assert.False(file.Read());
    }

    [Fact]
    public void Every_truncation_is_noticed()
    {
        byte[] bytes = AvroFileTests.Data("types-deflate.avro");
        int rows = 0;
        int complete = 0;
        for (int length = 0; length < bytes.Length; length++)
        {
            try
            {
                using AvroFile file = AvroFile.Open(new MemoryStream(bytes, 0, length));
                while (file.Read())
                {
                    rows++;
                }

                complete++;
            }
            catch (AvroException)
            {
            }
        }

        // Only after the header and after a block can a truncation go unnoticed.
        Assert.Equal(3, complete);
        Assert.True(rows > 0);
    }

    [Theory]
    [InlineData("\"boolean\"", "02", "neither true nor false")]
    [InlineData("\"int\"", "8080808020", "isn't a 32-bit number")]
    [InlineData("\"long\"", "ffffffffffffffffff02", "more than 64 bits")]
    [InlineData("\"long\"", "ffffffffffffffffffff01", "more than 64 bits")]
    [InlineData("\"string\"", "02ff", "isn't valid UTF-8")]
    [InlineData("\"float\"", "000000", "middle of a row")]
    [InlineData("\"double\"", "00000000000000", "middle of a row")]
    [InlineData("[\"null\",\"int\"]", "04", "in the schema is 2")]
    [InlineData("[\"null\",\"int\"]", "01", "in the schema is 2")]
    [InlineData("[]", "00", "in the schema is 0")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "02", "in the schema is 1")]
    [InlineData("{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}", "0102", "middle of a row")]
    [InlineData("{\"type\":\"array\",\"items\":\"int\"}", "0202", "middle of a row")]
    [InlineData("\"int\"", "0202", "1 bytes are left after the last row")]
    public void The_error_names_what_is_wrong_with_a_value(string schema, string row, string message)
    {
        string actual = Message(File(schema, 1, Convert.FromHexString(row)));

        Assert.Contains(message, actual, StringComparison.Ordinal);
        Assert.Contains("row 1 of the block", actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Impossible_blocks_are_refused()
    {
        byte[] header = Header("\"int\"");

        Assert.Contains("marker", Message(Join(header, Block(1, Long(1)).SkipLast(1).Append((byte)0).ToArray())), StringComparison.Ordinal);
        Assert.Contains("-1 rows", Message(Join(header, Block(-1, Long(1)))), StringComparison.Ordinal);
        Assert.Contains("bytes but no rows", Message(Join(header, Block(0, Long(1)))), StringComparison.Ordinal);
        Assert.Contains("is incomplete", Message(Join(header, Block(1, Long(1)), [2])), StringComparison.Ordinal);
        Assert.Contains("is damaged", Message(Join(Header("\"int\"", "deflate"), Block(1, [0xff, 0xff, 0xff]))), StringComparison.Ordinal);
        Assert.Contains("checksum is missing", Message(Join(Header("\"int\"", "snappy"), Block(1, [1]))), StringComparison.Ordinal);
        Assert.Contains("checksum doesn't match", Message(Join(Header("\"int\"", "snappy"), Block(1, [1, 0, 2, 0, 0, 0, 0]))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_the_stream_is_not_an_error_of_the_file()
    {
        using AvroFile file = AvroFile.Open(new BrokenStream());

        Assert.Throws<IOException>(() => file.Read());
        Assert.False(file.Read());
    }

    private static string Message(byte[] bytes, AvroLimits? limits = null) => Assert.Throws<AvroException>(() =>
    {
        using AvroFile file = AvroFile.Open(new MemoryStream(bytes), limits);
        while (file.Read())
        {
        }
    }).Message;

    private sealed class BrokenStream : MemoryStream
    {
        public BrokenStream()
            : base(Join(Header("\"int\""), Long(1)))
        {
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            Position == Length ? throw new IOException("The line is dead.") : base.Read(buffer, offset, count);
    }
}
