using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using static CohereShell.Tests.Avro.AvroBytes;

namespace CohereShell.Tests.Avro;

public sealed class AvroFileTests
{
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    [Theory]
    [InlineData("types-null", "types", 12)]
    [InlineData("types-deflate", "types", 12)]
    [InlineData("types-snappy", "types", 12)]
    [InlineData("embed-job-null", "embed-job", 9)]
    [InlineData("embed-job-deflate", "embed-job", 9)]
    [InlineData("embed-job-snappy", "embed-job", 9)]
    [InlineData("job-deflate", "job", 40)]
    [InlineData("job-snappy", "job", 40)]
    [InlineData("repeats-deflate", "repeats", 4)]
    [InlineData("repeats-snappy", "repeats", 4)]
    [InlineData("logical", "logical", 4)]
    [InlineData("recursive", "recursive", 6)]
    [InlineData("texts", "texts", 3)]
    [InlineData("empty", "empty", 0)]
    public async Task Rows_from_other_writers_are_read_unchanged(string name, string rows, int count)
    {
        using JsonDocument expected = JsonDocument.Parse(Data(rows + ".json"), new JsonDocumentOptions { MaxDepth = 200 });
        byte[] bytes = Data(name + ".avro");
        using AvroFile file = AvroFile.Open(new MemoryStream(bytes));
        using AvroFile slow = await AvroFile.OpenAsync(new TrickleStream(bytes));

        foreach (JsonElement row in expected.RootElement.EnumerateArray())
        {
            Assert.True(file.Read());
            Assert.True(await slow.ReadAsync());
            AssertSame(row, file.ToElement());
            Assert.Equal(ToText(file), ToText(slow));
            AssertSame(row, JsonDocument.Parse(ToText(file), new JsonDocumentOptions { MaxDepth = 200 }).RootElement);
            AssertSameObject(row, file.ToObject());
        }

        Assert.False(file.Read());
        Assert.False(file.Read());
        Assert.False(await slow.ReadAsync());
        Assert.Equal(count, file.RowCount);
    }

    [Fact]
    public void A_file_has_metadata_codec_and_fields()
    {
        using AvroFile file = AvroFile.Open(new MemoryStream(Data("embed-job-snappy.avro")));

        Assert.Equal("snappy", file.Codec);
        Assert.Equal(["text", "embeddings", "note"], file.Fields);
        Assert.Equal("1234", Encoding.ASCII.GetString(file.Metadata["job.id"]));
    }

    [Fact]
    public void Arrays_of_numbers_are_arrays_of_their_type()
    {
        using AvroFile file = AvroFile.Open(new MemoryStream(Data("embed-job-deflate.avro")));
        file.Read();
        file.Read();

        var embeddings = (Dictionary<string, object?>)((Dictionary<string, object?>)file.ToObject()!)["embeddings"]!;

        Assert.Equal(64, Assert.IsType<float[]>(embeddings["float"]).Length);
        Assert.Equal(64, Assert.IsType<long[]>(embeddings["int8"]).Length);
        Assert.Null(embeddings["uint8"]);
    }

    [Fact]
    public void The_writer_escapes_text_and_names_are_escaped_only_as_JSON_requires()
    {
        byte[] bytes = File("""{"type":"record","name":"R","fields":[{"name":"größe","type":"string"}]}""", 1, Text("ß\n"));

        Assert.Equal("""[{"größe":"ß\n"}]""", Read(bytes));
    }

    [Fact]
    public void Lists_in_parts_with_lengths_are_one_list()
    {
        byte[] floats = Join(Long(-2), Long(8), Float(1), Float(2.5f), Long(1), Float(-3), Long(0));
        byte[] map = Join(Long(-1), Long(3), Text("a"), Long(7), Long(1), Text("b"), Long(8), Long(0));
        byte[] bytes = File("""{"type":"record","name":"R","fields":[{"name":"f","type":{"type":"array","items":"float"}},{"name":"m","type":{"type":"map","values":"int"}}]}""", 1, floats, map);

        Assert.Equal("""[{"f":[1,2.5,-3],"m":{"a":7,"b":8}}]""", Read(bytes));
    }

    [Fact]
    public void Metadata_in_parts_with_lengths_is_read()
    {
        byte[] header = Join("Obj\u0001"u8.ToArray(), Long(-2), Long(99), Text("avro.codec"), Text("null"), Text("avro.schema"), Text("\"int\""), Long(0), Sync);

        Assert.Equal("[5]", Read(Join(header, Block(1, Long(5)))));
    }

    [Fact]
    public void A_value_that_JSON_numbers_cannot_represent_is_a_string()
    {
        byte[] doubles = File("\"double\"", 4, Double(double.NaN), Double(double.PositiveInfinity), Double(double.NegativeInfinity), Double(-0.5));
        byte[] floats = File("""{"type":"array","items":"float"}""", 1, Long(3), Float(float.NaN), Float(float.NegativeInfinity), Float(0.1f), Long(0));

        Assert.Equal("""["NaN","Infinity","-Infinity",-0.5]""", Read(doubles));
        Assert.Equal("""[["NaN","-Infinity",0.1]]""", Read(floats));
    }

    [Theory]
    [InlineData("""{"type":"int","logicalType":"date"}""", int.MaxValue)]
    [InlineData("""{"type":"int","logicalType":"date"}""", 2_932_897)]
    [InlineData("""{"type":"int","logicalType":"date"}""", -719_163)]
    [InlineData("""{"type":"int","logicalType":"time-millis"}""", 86_400_000)]
    [InlineData("""{"type":"long","logicalType":"time-micros"}""", -1)]
    [InlineData("""{"type":"long","logicalType":"timestamp-millis"}""", long.MaxValue)]
    [InlineData("""{"type":"long","logicalType":"timestamp-millis"}""", 253_402_300_800_000)]
    [InlineData("""{"type":"long","logicalType":"timestamp-micros"}""", long.MinValue)]
    [InlineData("""{"type":"long","logicalType":"date"}""", 1)]
    public void An_invalid_time_stays_a_number(string schema, long number) =>
        Assert.Equal($"[{number}]", Read(File(schema, 1, Long(number))));

    [Fact]
    public void An_invalid_decimal_stays_base64()
    {
        const string Decimal = """{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}""";

        Assert.Equal("[-2.56]", Read(File(Decimal, 1, Bytes([0xff, 0x00]))));
        Assert.Equal("[\"\"]", Read(File(Decimal, 1, Bytes([]))));
        Assert.Equal($"[\"{Convert.ToBase64String(new byte[513])}\"]", Read(File(Decimal, 1, Bytes(new byte[513]))));
        Assert.Equal("[\"AQ==\"]", Read(File(Decimal.Replace("\"scale\":2", "\"scale\":5", StringComparison.Ordinal), 1, Bytes([1]))));
        Assert.Equal("[\"AQ==\"]", Read(File(Decimal.Replace("\"scale\":2", "\"scale\":-1", StringComparison.Ordinal), 1, Bytes([1]))));
    }

    [Fact]
    public void A_decimal_with_too_many_digits_for_Decimal_stays_a_string()
    {
        byte[] number = Enumerable.Repeat((byte)0x7f, 16).ToArray();
        using AvroFile file = AvroFile.Open(new MemoryStream(File("""{"type":"bytes","logicalType":"decimal","precision":60,"scale":1}""", 2, Bytes(number), Bytes([5]))));

        file.Read();
        Assert.Equal("16947396313317327396019049076013554060.7", file.ToObject()!.ToString());
        Assert.Equal("16947396313317327396019049076013554060.7", ToText(file));
        file.Read();
        Assert.Equal(0.5m, file.ToObject());
    }

    [Fact]
    public void An_id_of_16_bytes_is_a_UUID() => Assert.Equal(
        "[\"00010203-0405-0607-0809-0a0b0c0d0e0f\"]",
        Read(File("""{"type":"fixed","name":"Id","size":16,"logicalType":"uuid"}""", 1, Enumerable.Range(0, 16).Select(i => (byte)i).ToArray())));

    [Theory]
    [InlineData("""{"type":{"type":"fixed","name":"F","size":2},"logicalType":"decimal","precision":4,"scale":2}""", "-2.56")]
    [InlineData("""{"type":{"type":{"type":"fixed","name":"F","size":2}},"logicalType":"decimal","precision":4,"scale":2}""", "-2.56")]
    [InlineData("""{"type":{"type":"fixed","name":"F","size":2},"logicalType":"decimal","precision":4,"scale":5}""", "\"/wA=\"")]
    [InlineData("""{"type":{"type":"fixed","name":"F","size":2},"logicalType":"unknown"}""", "\"/wA=\"")]
    [InlineData("""{"type":{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":4,"scale":1}}""", "-25.6")]
    public void A_logical_type_around_a_fixed_type_is_read(string schema, string expected) =>
        Assert.Equal($"[{expected}]", Read(File(schema, 1, [0xff, 0x00])));

    [Theory]
    [InlineData("""{"type":{"type":"int"},"logicalType":"date"}""", "\"1970-01-02\"")]
    [InlineData("""{"type":{"type":"long"},"logicalType":"time-micros"}""", "\"00:00:00.000001\"")]
    [InlineData("""{"type":{"type":"long"},"logicalType":"date"}""", "1")]
    [InlineData("""{"type":{"type":"int","logicalType":"date"},"logicalType":"time-millis"}""", "\"1970-01-02\"")]
    public void A_logical_type_around_an_integer_is_read(string schema, string expected) =>
        Assert.Equal($"[{expected}]", Read(File(schema, 1, Long(1))));

    [Fact]
    public void A_logical_type_around_a_named_type_does_not_change_that_type()
    {
        const string Schema = """
            {"type":"record","name":"R","fields":[
              {"name":"x","type":{"type":{"type":"fixed","name":"F","size":1},"logicalType":"decimal","precision":2}},
              {"name":"y","type":"F"},
              {"name":"z","type":{"type":"F","logicalType":"decimal","precision":2,"scale":1}}]}
            """;

        Assert.Equal("""[{"x":5,"y":"BQ==","z":0.5}]""", Read(File(Schema, 1, [5], [5], [5])));
    }

    [Fact]
    public void Names_are_resolved_in_the_enclosing_namespace()
    {
        const string Schema = """
            {"type":"record","name":"a.R","fields":[
              {"name":"x","type":{"type":"enum","name":"E","symbols":["RIGHT"]}},
              {"name":"y","type":{"type":"record","name":"S","namespace":"b","fields":[
                {"name":"e","type":{"type":"enum","name":"E","symbols":["OTHER"]}},
                {"name":"f","type":"E"},
                {"name":"g","type":"a.E"}]}},
              {"name":"z","type":{"type":"E"}},
              {"name":"w","type":["null","b.E"]}]}
            """;

        Assert.Equal(
            """[{"x":"RIGHT","y":{"e":"OTHER","f":"OTHER","g":"RIGHT"},"z":"RIGHT","w":"OTHER"}]""",
            Read(File(Schema, 1, Long(0), Long(0), Long(0), Long(0), Long(0), Long(1), Long(0))));
    }

    [Fact]
    public async Task Reading_can_be_canceled()
    {
        using var source = new CancellationTokenSource();
        using AvroFile file = await AvroFile.OpenAsync(new TrickleStream(Data("types-null.avro")));
        await file.ReadAsync(source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await file.ReadAsync(source.Token))
            {
            }
        });
    }

    [Fact]
    public void The_stream_is_closed_with_the_file_and_if_it_is_not_Avro()
    {
        var stream = new MemoryStream(Data("texts.avro"));
        AvroFile.Open(stream).Dispose();
        var none = new MemoryStream("nothing"u8.ToArray());
        Assert.Throws<AvroException>(() => AvroFile.Open(none));

        Assert.False(stream.CanRead);
        Assert.False(none.CanRead);
    }

    [Fact]
    public void There_is_no_row_before_the_first_and_after_the_last()
    {
        using AvroFile file = AvroFile.Open(new MemoryStream(File("\"int\"", 1, Long(1))));

        Assert.Throws<InvalidOperationException>(() => file.ToObject());
        Assert.True(file.Read());
        Assert.False(file.Read());
        Assert.Throws<InvalidOperationException>(() => file.ToElement());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("snappy")]
    public void Many_blocks_take_the_memory_of_one(string codec)
    {
        const string Schema = """{"type":"record","name":"R","fields":[{"name":"text","type":"string"},{"name":"vector","type":{"type":"array","items":"float"}}]}""";
        byte[] row = Join(Text("some text"), Long(1024), Join(Enumerable.Range(0, 1024).Select(i => Float(i / 7f)).ToArray()), Long(0));
        byte[] rows = Join(Enumerable.Repeat(row, 16).ToArray());
        byte[] block = Block(16, codec switch { "deflate" => Deflate(rows), "snappy" => Snappy(rows), _ => rows });
        // 2,000 blocks of 65 kB are 130 MB.
        using AvroFile file = AvroFile.Open(new RepeatingStream(Header(Schema, codec), block, 2_000));
        var target = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(target);
        long before = 0;
        while (file.Read())
        {
            if (file.RowCount % 1600 == 0)
            {
                target.ResetWrittenCount();
                writer.Reset();
                file.WriteTo(writer);
                writer.Flush();
            }

            // From the second block on, all memory is allocated.
            before = file.RowCount == 32 ? GC.GetAllocatedBytesForCurrentThread() : before;
        }

        long perBlock = (GC.GetAllocatedBytesForCurrentThread() - before) / 2_000;
        Assert.Equal(32_000, file.RowCount);
        // Tasks, and a DeflateStream, which has a separate buffer.
        Assert.InRange(perBlock, 0, codec == "deflate" ? 12_000 : 1_500);
    }

    internal static byte[] Data(string name)
    {
        using Stream stream = typeof(AvroFileTests).Assembly.GetManifestResourceStream("Avro/" + name) ?? throw new FileNotFoundException(name);
        using var target = new MemoryStream();
        stream.CopyTo(target);
        return target.ToArray();
    }

    internal static string ToText(AvroFile file)
    {
        using var target = new MemoryStream();
        using (var writer = new Utf8JsonWriter(target, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            file.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(target.ToArray());
    }

    private static string Read(byte[] bytes)
    {
        using AvroFile file = AvroFile.Open(new MemoryStream(bytes));
        var rows = new List<string>();
        while (file.Read())
        {
            rows.Add(ToText(file));
        }

        return "[" + string.Join(",", rows) + "]";
    }

    internal static void AssertSame(JsonElement expected, JsonElement actual)
    {
        Assert.Equal(expected.ValueKind, actual.ValueKind);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(item => item.Name), actual.EnumerateObject().Select(item => item.Name));
                foreach ((JsonProperty first, JsonProperty second) in expected.EnumerateObject().Zip(actual.EnumerateObject()))
                {
                    AssertSame(first.Value, second.Value);
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                foreach ((JsonElement first, JsonElement second) in expected.EnumerateArray().Zip(actual.EnumerateArray()))
                {
                    AssertSame(first, second);
                }

                break;
            case JsonValueKind.Number when expected.TryGetInt64(out long whole) && actual.TryGetInt64(out long other):
                Assert.Equal(whole, other);
                break;
            case JsonValueKind.Number when expected.GetRawText().Length > 17 && !expected.GetRawText().Contains('e', StringComparison.Ordinal) && actual.GetRawText().Length > 20:
                // A decimal with all its digits.
                Assert.Equal(expected.GetRawText(), actual.GetRawText());
                break;
            case JsonValueKind.Number:
                Assert.Equal(expected.GetDouble(), actual.GetDouble());
                break;
            default:
                Assert.Equal(expected.ToString(), actual.ToString());
                break;
        }
    }

    internal static void AssertSameObject(JsonElement expected, object? actual)
    {
        switch (actual)
        {
            case Dictionary<string, object?> entries:
                Assert.Equal(expected.EnumerateObject().Select(item => item.Name), entries.Keys);
                foreach (JsonProperty item in expected.EnumerateObject())
                {
                    AssertSameObject(item.Value, entries[item.Name]);
                }

                break;
            case Array items:
                Assert.Equal(expected.GetArrayLength(), items.Length);
                foreach ((JsonElement first, object? second) in expected.EnumerateArray().Zip(items.Cast<object?>()))
                {
                    AssertSameObject(first, second);
                }

                break;
            case decimal number:
                Assert.Equal(expected.GetRawText(), number.ToString(CultureInfo.InvariantCulture));
                break;
            case string text when expected.ValueKind == JsonValueKind.Number:
                Assert.Equal(expected.GetRawText(), text);
                break;
            default:
                AssertSame(expected, JsonSerializer.SerializeToElement(actual, Relaxed));
                break;
        }
    }
}
