using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using Xunit;

namespace CohereShell.Tests.Avro;

/// <summary>Apache.Avro writes files for the module's reader. Both must return the same rows.</summary>
public sealed class ApacheAvroTests
{
    private const string Row = """{"type":"record","name":"Row","fields":[{"name":"text","type":"string"},{"name":"vector","type":{"type":"array","items":"float"}}]}""";

    private static readonly string[] Types =
    [
        "\"null\"",
        "\"boolean\"",
        "\"int\"",
        "\"long\"",
        "\"float\"",
        "\"double\"",
        "\"bytes\"",
        "\"string\"",
        """{"type":"array","items":"long"}""",
        """{"type":"array","items":"double"}""",
        """{"type":"array","items":{"type":"array","items":"float"}}""",
        """{"type":"map","values":["null","string"]}""",
        """["int","long","float","double","boolean","null","string","bytes"]""",
        """{"type":"enum","name":"Color","symbols":["RED","GREEN","BLUE"]}""",
        """{"type":"fixed","name":"Hash","size":16}""",
        """{"type":"int","logicalType":"date"}""",
        """{"type":"int","logicalType":"time-millis"}""",
        """{"type":"long","logicalType":"time-micros"}""",
        """{"type":"long","logicalType":"timestamp-millis"}""",
        """{"type":"long","logicalType":"timestamp-micros"}""",
        """{"type":"long","logicalType":"local-timestamp-millis"}""",
        """{"type":"long","logicalType":"local-timestamp-micros"}""",
        """{"type":"fixed","name":"Span","size":12,"logicalType":"duration"}""",
        """{"type":"string","logicalType":"uuid"}""",
        """{"type":"bytes","logicalType":"decimal","precision":40,"scale":7}""",
        """{"type":"fixed","name":"Money","size":12,"logicalType":"decimal","precision":28,"scale":2}""",
        """{"type":"record","name":"Tree","fields":[{"name":"value","type":"int"},{"name":"left","type":["null","Tree"]},{"name":"right","type":["Tree","null"]}]}""",
    ];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("snappy")]
    public void The_reader_reads_random_rows_that_Apache_writes(string codec)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var samples = new AvroSamples(random);
            string schema = samples.Schema().ToJsonString();
            try
            {
                Schema type = Schema.Parse(schema);
                (object? Value, JsonNode? Json)[] rows = [.. Enumerable.Range(0, random.Next(30)).Select(_ => samples.Value(type))];
                byte[] file = ApacheAvro.Write(type, codec, rows.Select(row => row.Value), random.Next(32, 20_000));
                AssertRows(rows.Select(row => row.Json), file);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}, schema {schema}", exception);
            }
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("snappy")]
    public void The_reader_reads_every_type_that_Apache_writes(string codec)
    {
        Schema[] types = [.. Types.Select(type => Schema.Parse(type))];
        foreach (Schema type in types)
        {
            var samples = new AvroSamples(new Random(1));
            (object? Value, JsonNode? Json)[] rows = [.. Enumerable.Range(0, 200).Select(_ => samples.Value(type))];
            AssertRows(rows.Select(row => row.Json), ApacheAvro.Write(type, codec, rows.Select(row => row.Value)));
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("snappy")]
    public void A_file_without_rows_from_Apache_is_empty(string codec)
    {
        using AvroFile file = AvroFile.Open(new MemoryStream(ApacheAvro.Write(Schema.Parse(Row), codec, [])));

        Assert.Equal(codec, file.Codec);
        Assert.Equal(["text", "vector"], file.Fields);
        Assert.Equal("Apache", Encoding.ASCII.GetString(file.Metadata["written.by"]));
        Assert.False(file.Read());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("snappy")]
    public void The_reader_reads_all_blocks_that_Apache_writes(string codec)
    {
        var type = (RecordSchema)Schema.Parse(Row);
        byte[] bytes = ApacheAvro.Write(type, codec, Enumerable.Range(0, 5000).Select(i => NewRow(type, i)), blockLength: 100);
        byte[] sync = bytes[^16..];
        using AvroFile file = AvroFile.Open(new MemoryStream(bytes));
        for (int i = 0; i < 5000; i++)
        {
            Assert.True(file.Read());
            Assert.Equal(FormattableString.Invariant($$"""{"text":"row {{i}}","vector":[{{i}},0.5]}"""), AvroFileTests.ToText(file));
        }

        Assert.False(file.Read());
        Assert.InRange(bytes.AsSpan().Count(sync), 500, 5000);
    }

    private static GenericRecord NewRow(RecordSchema type, int i)
    {
        var row = new GenericRecord(type);
        row.Add("text", FormattableString.Invariant($"row {i}"));
        row.Add("vector", new object[] { (float)i, 0.5f });
        return row;
    }

    private static void AssertRows(IEnumerable<JsonNode?> expected, byte[] bytes)
    {
        using AvroFile file = AvroFile.Open(new MemoryStream(bytes));
        foreach (JsonNode? row in expected)
        {
            Assert.True(file.Read());
            Assert.Equal(row?.ToJsonString(Relaxed) ?? "null", AvroFileTests.ToText(file));
            AvroFileTests.AssertSameObject(file.ToElement(), file.ToObject());
        }

        Assert.False(file.Read());
    }
}
