using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CohereShell.Emulation;
using Xunit;

namespace CohereShell.Tests.Avro;

/// <summary>The emulator writes files for Apache.Avro and for our reader: both must see the same rows.</summary>
public sealed class ApacheAvroEmulatorTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Texts = ["", "a", "Grüße", "世界", "👋🏽", "\0", "\u2028\ufeff\"\\/", "line\r\nbreak", new string('x', 5000)];

    public static TheoryData<string> Codecs => new("Deflate", "Null");

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Apache_reads_random_rows_that_the_emulator_writes(string codec)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            Func<JsonNode?> shape = Record(random, 0);
            JsonNode?[] rows = [.. Enumerable.Range(0, random.Next(40)).Select(_ => shape())];
            try
            {
                AssertRows(rows, Write(codec, rows));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}", exception);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Apache_reads_every_block_that_the_emulator_writes(string codec)
    {
        var random = new Random(5);
        JsonNode?[] rows =
        [
            .. Enumerable.Range(0, 3000).Select(i => new JsonObject
            {
                ["id"] = i,
                ["text"] = new string((char)('a' + (i % 26)), i % 300),
                ["noise"] = Convert.ToBase64String([.. Enumerable.Range(0, 300).Select(_ => (byte)random.Next(256))]),
            }),
        ];
        byte[] file = Write(codec, rows);

        AssertRows(rows, file);
        Assert.InRange(file.AsSpan().Count(file.AsSpan(file.Length - 16)), 4, 100);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Apache_reads_a_file_of_the_emulator_without_rows(string codec) => AssertRows([], Write(codec, []));

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Apache_reads_the_result_of_an_embed_job(string codec)
    {
        AvroSchema type = AvroSchema.Record(
        [
            new("text", AvroSchema.Of(AvroKind.String)),
            new("embeddings", AvroSchema.Record(
            [
                new("float", AvroSchema.List(AvroSchema.Of(AvroKind.Float)).OrNull()),
                new("int8", AvroSchema.List(AvroSchema.Of(AvroKind.Int)).OrNull()),
            ])),
        ]);
        JsonNode?[] rows =
        [
            JsonNode.Parse("""{"text":"a","embeddings":{"float":[0.1,-1,3.4028235E+38,1E-45],"int8":null}}"""),
            JsonNode.Parse("""{"text":"b","embeddings":{"float":null,"int8":[-128,127,0]}}"""),
            JsonNode.Parse("""{"text":"c","embeddings":{"float":[],"int8":[]}}"""),
        ];

        AssertRows(rows, Write(codec, rows, type));
    }

    [Fact]
    public void Values_of_several_types_are_text_for_Apache_too()
    {
        JsonNode?[] rows =
        [
            JsonNode.Parse("""{"value":"text","names":{"not a name":1}}"""),
            JsonNode.Parse("""{"value":7,"names":{"not a name":2}}"""),
            JsonNode.Parse("""{"value":{"a":[1]},"names":null}"""),
        ];
        JsonNode?[] expected =
        [
            JsonNode.Parse("""{"value":"text","names":"{\"not a name\":1}"}"""),
            JsonNode.Parse("""{"value":"7","names":"{\"not a name\":2}"}"""),
            JsonNode.Parse("""{"value":"{\"a\":[1]}","names":null}"""),
        ];

        AssertRows(expected, Write("Null", rows));
    }

    private static byte[] Write(string codec, IReadOnlyList<JsonNode?> rows, AvroSchema? type = null)
    {
        JsonElement[] elements = [.. rows.Select(row => JsonSerializer.SerializeToElement(row))];
        type ??= elements.Select(AvroSchema.Of).Aggregate(AvroSchema.Of(AvroKind.Null), (all, one) => all.Merge(one));
        string path = Path.GetTempFileName();
        try
        {
            using (var writer = new AvroFileWriter(path, type, Enum.Parse<AvroCompression>(codec)))
            {
                Array.ForEach(elements, writer.Write);
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertRows(JsonNode?[] expected, byte[] bytes)
    {
        IReadOnlyList<JsonNode?> rows = ApacheAvro.Read(bytes);
        using AvroFile file = AvroFile.Open(new MemoryStream(bytes));
        Assert.Equal(expected.Length, rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            AssertSame(FormattableString.Invariant($"[{i}]"), expected[i], rows[i]);
            Assert.True(file.Read());
            Assert.Equal(rows[i]?.ToJsonString(Relaxed) ?? "null", AvroFileTests.ToText(file));
        }

        Assert.False(file.Read());
    }

    // A field that a row lacks is null in the file. Whole numbers mixed with others are compared as floating point.
    private static void AssertSame(string place, JsonNode? expected, JsonNode? actual)
    {
        switch (expected, actual)
        {
            case (JsonObject first, JsonObject second):
                foreach (string name in first.Concat(second).Select(property => property.Key).Distinct())
                {
                    AssertSame(place + "." + name, first[name], second[name]);
                }

                break;
            case (JsonArray first, JsonArray second):
                Assert.True(first.Count == second.Count, $"{place}: {first.Count} items, not {second.Count}");
                for (int i = 0; i < first.Count; i++)
                {
                    AssertSame(FormattableString.Invariant($"{place}[{i}]"), first[i], second[i]);
                }

                break;
            default:
                Assert.True(Text(expected) == Text(actual), $"{place}: {Text(expected)}, not {Text(actual)}");
                break;
        }
    }

    private static string Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number && !long.TryParse(value.ToJsonString(), out _)
        ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
        : value?.ToJsonString() ?? "null";

    private static Func<JsonNode?> Shape(Random random, int depth) => random.Next(depth < 4 ? 8 : 5) switch
    {
        0 => () => random.Next(2) == 0,
        1 => () => Pick(random, long.MinValue, long.MaxValue, 0, -1, 63, -65, random.NextInt64()),
        2 => () => Pick(random, 0.5, double.Epsilon, double.MaxValue, -1e-7, random.NextDouble()),
        3 => () => random.Next(3) == 0 ? random.Next(1000) : random.NextDouble(),
        4 => () => Pick(random, Texts) + new string((char)random.Next(0x20, 0xD800), random.Next(4)),
        5 => List(random, Shape(random, depth + 1)),
        _ => Record(random, depth + 1),
    };

    private static Func<JsonNode?> List(Random random, Func<JsonNode?> item) =>
        () => new JsonArray([.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(20) == 0 ? null : item())]);

    // Some fields are missing at times, or null.
    private static Func<JsonNode?> Record(Random random, int depth)
    {
        (string Name, Func<JsonNode?> Value, bool IsOptional)[] fields =
            [.. Enumerable.Range(0, random.Next(6)).Select(i => ("field_" + i, Shape(random, depth), random.Next(3) == 0))];
        return () => new JsonObject(
            from field in fields
            where !field.IsOptional || random.Next(3) > 0
            select KeyValuePair.Create(field.Name, field.IsOptional && random.Next(3) == 0 ? null : field.Value()));
    }

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
