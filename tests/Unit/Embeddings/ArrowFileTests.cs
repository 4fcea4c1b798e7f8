using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using CohereShell.Formats;
using Xunit;

namespace CohereShell.Tests.Embeddings;

/// <summary>Arrow files: read by the library Apache.Arrow, written by it, cut off, damaged and continued.</summary>
public sealed class ArrowFileTests
{
    private static readonly EmbeddingFormat Format = new();

    [Fact]
    public void The_library_reads_every_column()
    {
        byte[] bytes = Write(
            (new Embedding { Index = 7, Text = "Grüße", Model = "embed-v4.0", InputType = EmbedInputType.SearchDocument, Vector = [0.5f, -1, 0, 0, 0, 0, 0, 0], Int8 = [1, -2, 3, 4, 5, 6, 7, 8], Ubinary = [255] }, """{"Name":"SRV01","Id":4625,"Load":0.5,"Up":true,"Text":"x"}"""),
            (new Embedding { Index = 8, Path = "a.txt", Model = "embed-v4.0", InputType = EmbedInputType.SearchDocument, Uint8 = [1, 2, 3, 4, 5, 6, 7, 255], Binary = [-128] }, null));

        using var reader = new ArrowFileReader(new MemoryStream(bytes));
        RecordBatch batch = reader.ReadNextRecordBatch();

        Assert.Equal(2, batch.Length);
        Assert.Null(reader.ReadNextRecordBatch());
        Assert.Equal(
            ["index", "text", "path", "input_type", "Name", "Id", "Load", "Up", "property_Text", "input_object", "vector", "int8", "uint8", "binary", "ubinary"],
            batch.Schema.FieldsList.Select(field => field.Name));
        Assert.Equal("embed-v4.0", batch.Schema.Metadata["cohere.model"]);
        Assert.Equal("search_document", batch.Schema.Metadata["cohere.input_type"]);
        Assert.Equal("8", batch.Schema.Metadata["cohere.dimension"]);
        Assert.Equal([7L, 8L], ((Int64Array)batch.Column("index")).Select(number => number!.Value));
        Assert.Equal(["Grüße", null], Texts(batch, "text"));
        Assert.Equal([null, "a.txt"], Texts(batch, "path"));
        Assert.Equal(["SRV01", null], Texts(batch, "Name"));
        Assert.Equal([4625L, null], (IEnumerable<long?>)batch.Column("Id"));
        Assert.Equal([0.5, null], (IEnumerable<double?>)batch.Column("Load"));
        Assert.True(((BooleanArray)batch.Column("Up")).GetValue(0));
        Assert.Equal(["x", null], Texts(batch, "property_Text"));
        Assert.Equal([null, null], Texts(batch, "input_object"));
        var vector = (FixedSizeListArray)batch.Column("vector");
        Assert.Equal([0.5f, -1, 0, 0, 0, 0, 0, 0], ((FloatArray)vector.GetSlicedValues(0)).Values.ToArray());
        Assert.True(vector.IsNull(1));
        Assert.Equal(new sbyte[] { 1, -2, 3, 4, 5, 6, 7, 8 }, ((Int8Array)((FixedSizeListArray)batch.Column("int8")).GetSlicedValues(0)).Values.ToArray());
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5, 6, 7, 255 }, ((UInt8Array)((FixedSizeListArray)batch.Column("uint8")).GetSlicedValues(1)).Values.ToArray());
        Assert.Equal(new sbyte[] { -128 }, ((Int8Array)((FixedSizeListArray)batch.Column("binary")).GetSlicedValues(1)).Values.ToArray());
        Assert.Equal(new byte[] { 255 }, ((UInt8Array)((FixedSizeListArray)batch.Column("ubinary")).GetSlicedValues(0)).Values.ToArray());
    }

    [Fact]
    public void The_library_reads_a_continued_file_of_several_batches()
    {
        byte[] bytes = Write(Rows(0, 1500));
        bytes = Continue(bytes, Rows(1500, 1600));

        using var reader = new ArrowFileReader(new MemoryStream(bytes));
        var indexes = new List<long>();
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            indexes.AddRange(((Int64Array)batch.Column("index")).Values.ToArray());
        }

        Assert.Equal(Enumerable.Range(0, 3100).Select(index => (long)index), indexes);
    }

    [Fact]
    public void Numbers_of_vectors_start_at_a_multiple_of_64_bytes_in_the_file()
    {
        byte[] bytes = Continue(Write(Rows(0, 3)), Rows(3, 5));
        var file = new Formats.ArrowFile(new MemoryStream(bytes));
        int column = file.Schema.Fields.ToList().FindIndex(field => field.Name == "vector");
        int batches = 0;
        while (file.Next() is { } block)
        {
            Formats.ArrowBatch batch = file.Read(block);
            long start = ArrowVectors.Find(batch.Find(file.Schema.Fields, [column])[0], 0, batch.Rows).Start;
            Assert.Equal(0, start % 64);
            Assert.Equal(0, BitConverter.ToSingle(bytes, (int)start) % 1);
            batches++;
        }

        Assert.Equal(2, batches);
    }

    [Theory]
    [InlineData("""{"a":1,"b":"x"}""")]
    [InlineData("""{"b":"x","a":1}""")]
    [InlineData("""{"a":null,"b":null}""")]
    [InlineData("""{"a":1.0,"b":"x"}""")]
    [InlineData("""{"a":"1","b":2}""")]
    [InlineData("""{"a":-0,"b":2}""")]
    [InlineData("""{"a":12345678901234567890,"b":2}""")]
    [InlineData("""{"a":[1,{"c":null}],"b":2}""")]
    [InlineData("""{"a":1,"A":2}""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{}""")]
    [InlineData("""{"":1}""")]
    [InlineData("""{"text":"a","Vector":[1],"input_object":{"index":1}}""")]
    [InlineData("[1,2]")]
    [InlineData("\"text\"")]
    [InlineData("1E+16")]
    [InlineData("null")]
    public void An_input_object_comes_back_as_it_was(string odd)
    {
        string[] objects = ["""{"a":1,"b":"x"}""", """{"a":2,"b":"Grüße \" \n"}""", """{"a":1}""", """{"a":1,"b":"x","c":true}""", odd, """{"a":3,"b":null}"""];
        foreach (string first in new[] { objects[0], odd })
        {
            // The first batch determines the columns. The rows after it must come back too.
            (Embedding, string?)[] rows = Enumerable.Repeat(first, 1024).Concat(objects).Select((json, index) => (new Embedding { Index = index, Vector = [1] }, (string?)json)).ToArray();

            Embedding[] read = Read(Write(rows)).ToArray();

            Assert.Equal(rows.Select(row => row.Item2), read.Select(embedding => embedding.InputObject is JsonElement json ? json.GetRawText() : "null"), new SameJson());
        }
    }

    [Fact]
    public void A_kept_property_that_does_not_fit_its_column_is_null_there_and_complete_in_the_object()
    {
        (Embedding, string?)[] rows = Enumerable.Range(0, 1024).Select(index => (new Embedding { Vector = [1] }, (string?)$$"""{"Id":{{index}}}"""))
            .Append((new Embedding { Vector = [1] }, """{"Id":"none"}""")).ToArray();

        byte[] bytes = Write(rows);

        using var reader = new ArrowFileReader(new MemoryStream(bytes));
        reader.ReadNextRecordBatch();
        RecordBatch second = reader.ReadNextRecordBatch();
        Assert.Equal([null], (IEnumerable<long?>)second.Column("Id"));
        Assert.Equal(["""{"Id":"none"}"""], Texts(second, "input_object"));
    }

    [Fact]
    public void An_embedding_in_a_format_without_a_column_is_refused_and_writing_continues()
    {
        using var stream = new MemoryStream();
        IEmbeddingBatchWriter writer = Format.Create(stream, new EmbeddingFileRule());
        writer.Write(new Embedding { Vector = [1] }, default);
        writer.Flush();

        EmbeddingException exception = Assert.Throws<EmbeddingException>(() => writer.Write(new Embedding { Int8 = [1] }, default));
        writer.Write(new Embedding { Vector = [2] }, default);
        writer.Complete();

        Assert.Equal(EmbeddingProblem.NoCommonForm, exception.Problem);
        Assert.Equal([1f, 2f], Read(stream.ToArray()).Select(embedding => embedding.Vector![0]));
    }

    [Fact]
    public void A_file_that_ends_anywhere_has_its_complete_batches_and_can_be_continued()
    {
        using var stream = new MemoryStream();
        IEmbeddingBatchWriter writer = Format.Create(stream, new EmbeddingFileRule());
        var ends = new List<long>();
        for (int batch = 0; batch < 4; batch++)
        {
            writer.Write(new Embedding { Index = batch, Text = "text", Model = "m", Vector = [batch, 2] }, """{"a":1}"""u8);
            writer.Flush();
            ends.Add(writer.Position);
        }

        writer.Complete();
        byte[] whole = stream.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] bytes = whole.AsSpan(0, length).ToArray();
            int expected = ends.Count(end => end <= length);

            List<object> outcome = Outcome(bytes);

            Assert.Equal(expected, outcome.OfType<Embedding>().Count());
            Assert.IsType<EmbeddingFileException>(outcome[^1]);
            if (expected > 0)
            {
                Assert.Contains("The file is incomplete: it ends after record " + expected, ((Exception)outcome[^1]).Message, StringComparison.Ordinal);
                byte[] continued = Continue(bytes, (new Embedding { Index = 9, Model = "m", Vector = [9, 9] }, null));
                Assert.Equal(Enumerable.Range(0, expected).Select(index => (long)index).Append(9), Read(continued).Select(embedding => embedding.Index));
                using var reader = new ArrowFileReader(new MemoryStream(continued));
                Assert.NotNull(reader.ReadNextRecordBatch());
            }
        }
    }

    [Fact]
    public void An_incomplete_file_is_not_appended_to_unless_it_is_resumed()
    {
        byte[] bytes = Write(Rows(0, 3));
        using var stream = new MemoryStream(bytes.AsSpan(0, bytes.Length - 3).ToArray());

        Assert.Throws<EmbeddingFileException>(() => Format.Continue(stream, stream, mayBeIncomplete: false));
    }

    [Fact]
    public void Every_changed_byte_gives_embeddings_or_clear_errors_in_bounded_memory()
    {
        byte[] whole = Write(Enumerable.Range(0, 5).Select(index => (new Embedding { Index = index, Text = "text " + index, Path = "p", Model = "m", InputType = EmbedInputType.Image, Vector = [index, 1, 2, 3, 4, 5, 6, 7], Ubinary = [3] }, (string?)"""{"Name":"a","Id":5,"Ok":true}""")).ToArray());
        long before = GC.GetAllocatedBytesForCurrentThread();
        int rounds = 0;
        for (int position = 0; position < whole.Length; position++)
        {
            foreach (byte change in new byte[] { 0x01, 0x80, 0xff })
            {
                byte[] bytes = (byte[])whole.Clone();
                bytes[position] ^= change;
                Assert.InRange(Outcome(bytes).Count, 0, 50);
                rounds++;
            }
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / rounds, 0, 40 * whole.Length);
    }

    [Fact]
    public void Every_changed_byte_of_a_file_that_is_continued_gives_a_file_or_a_clear_error()
    {
        byte[] whole = Write(Enumerable.Range(0, 2).Select(index => (new Embedding { Index = index, Text = "t", Model = "m", Vector = [index, 1, 2, 3, 4, 5, 6, 7], Ubinary = [3] }, (string?)"""{"Name":"a","Id":5,"Ok":true}""")).ToArray());
        int continued = 0;
        int refused = 0;
        for (int position = 0; position < whole.Length; position++)
        {
            foreach (byte change in new byte[] { 0x01, 0x02, 0x04, 0x10, 0x80, 0xff })
            {
                byte[] bytes = (byte[])whole.Clone();
                bytes[position] ^= change;
                try
                {
                    byte[] result = Continue(bytes, (new Embedding { Index = 9, Text = "new", Model = "m", Vector = [9, 1, 2, 3, 4, 5, 6, 7], Ubinary = [4] }, """{"Name":"b","Id":6,"Ok":false}"""));
                    Assert.InRange(Outcome(result).Count, 0, 50);
                    continued++;
                }
                catch (Exception exception) when (exception is EmbeddingFileException or EmbeddingException)
                {
                    refused++;
                }
            }
        }

        Assert.NotEqual(0, continued);
        Assert.NotEqual(0, refused);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("index")]
    [InlineData("vector")]
    [InlineData("Name")]
    public void A_file_with_a_column_of_another_type_than_the_module_writes_is_not_continued(string column)
    {
        byte[] own = Write((new Embedding { Index = 1, Text = "t", Model = "m", Vector = [1, 2] }, """{"Name":"a"}"""));
        using var reader = new ArrowFileReader(new MemoryStream(own));
        RecordBatch batch = reader.ReadNextRecordBatch();
        Field[] fields = batch.Schema.FieldsList.Select(field => field.Name == column ? new Field(field.Name, Int32Type.Default, true, field.Metadata) : field).ToArray();
        IArrowArray[] arrays = batch.Schema.FieldsList.Select((field, index) => field.Name == column ? new Int32Array.Builder().Append(1).Build() : batch.Column(index)).ToArray();
        using var stream = new MemoryStream();
        var schema = new Schema(fields, batch.Schema.Metadata);
        using (var writer = new ArrowFileWriter(stream, schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(new RecordBatch(schema, arrays, 1));
            writer.WriteEnd();
        }

        Assert.Throws<EmbeddingFileException>(() => Continue(stream.ToArray(), (new Embedding { Index = 2, Text = "u", Model = "m", Vector = [1, 2] }, """{"Name":"a"}""")));
    }

    [Fact]
    public void Files_without_their_end_with_changed_bytes_give_embeddings_or_clear_errors()
    {
        byte[] whole = Write(Enumerable.Range(0, 5).Select(index => (new Embedding { Index = index, Text = "text " + index, Vector = [index, 1] }, (string?)"""{"Name":"a"}""")).ToArray());
        whole = whole.AsSpan(0, whole.Length - 10).ToArray();
        var random = new Random(5);
        for (int round = 0; round < 10_000; round++)
        {
            byte[] bytes = (byte[])whole.Clone();
            for (int changes = random.Next(1, 5); changes > 0; changes--)
            {
                bytes[random.Next(8, bytes.Length)] = (byte)random.Next(256);
            }

            Assert.InRange(Outcome(bytes).Count, 0, 50);
            TableOutcome(bytes);
        }
    }

    [Fact]
    public void A_file_of_another_program_has_a_text_a_vector_and_properties()
    {
        byte[] bytes = WriteWithLibrary(
            (new Field("chunk", StringType.Default, true), new StringArray.Builder().Append("one").AppendNull().Build()),
            (new Field("embedding", new ListType(DoubleType.Default), true), Lists(new DoubleArray.Builder(), builder => builder.Append(0.5), builder => builder.Append(1).Append(2))),
            (new Field("page", Int32Type.Default, true), new Int32Array.Builder().Append(3).AppendNull().Build()),
            (new Field("at", new TimestampType(TimeUnit.Microsecond, "UTC"), true), new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC")).Append(new DateTimeOffset(2026, 8, 1, 10, 0, 0, TimeSpan.Zero)).AppendNull().Build()),
            (new Field("day", Date32Type.Default, true), new Date32Array.Builder().Append(new DateTime(2026, 8, 1)).AppendNull().Build()));

        Embedding[] read = Read(bytes).ToArray();

        Assert.Equal(["one", null], read.Select(embedding => embedding.Text));
        Assert.Equal([0.5f], read[0].Vector!);
        Assert.Equal([1f, 2f], read[1].Vector!);
        Assert.Equal([0L, 1L], read.Select(embedding => embedding.Index));
        Assert.Equal("""{"page":3,"at":"2026-08-01T10:00:00Z","day":"2026-08-01"}""", ((JsonElement)read[0].InputObject!).GetRawText());
        Assert.Null(read[1].InputObject);
        Assert.Equal(string.Empty, read[0].Model);
    }

    [Fact]
    public void Texts_in_a_dictionary_as_views_and_with_large_offsets_are_read()
    {
        var indices = new Int8Array.Builder().Append(1).Append(0).AppendNull().Build();
        var type = new DictionaryType(Int8Type.Default, StringType.Default, false);
        byte[] bytes = WriteWithLibrary(
            (new Field("text", type, true), new DictionaryArray(type, indices, new StringArray.Builder().Append("zero").Append("one").Build())),
            (new Field("view", StringViewType.Default, true), new StringViewArray.Builder().Append("short").Append("a text that is longer than a view").AppendNull().Build()),
            (new Field("large", LargeStringType.Default, true), LargeStrings("x", "yz", null)),
            (new Field("half", new FixedSizeListType(new Field("item", HalfFloatType.Default, true), 2), true), Halves(0.5f, -2, 65504, 0, 1, 6e-8f)));

        Embedding[] read = Read(bytes).ToArray();

        Assert.Equal(["one", "zero", null], read.Select(embedding => embedding.Text));
        Assert.Equal("""{"view":"a text that is longer than a view","large":"yz"}""", ((JsonElement)read[1].InputObject!).GetRawText());
        Assert.Equal([0.5f, -2], read[0].Vector!);
        Assert.Equal([65504f, 0], read[1].Vector!);
        Assert.Equal(1f, read[2].Vector![0]);
        Assert.Equal((float)(Half)6e-8f, read[2].Vector![1]);
    }

    [Fact]
    public void Unclear_columns_are_an_error_that_names_them_and_parameters_choose()
    {
        byte[] bytes = WriteWithLibrary(
            (new Field("title", StringType.Default, true), new StringArray.Builder().Append("t").Build()),
            (new Field("body", StringType.Default, true), new StringArray.Builder().Append("b").Build()),
            (new Field("a", new ListType(FloatType.Default), true), Lists(new FloatArray.Builder(), builder => builder.Append(1))),
            (new Field("b", new ListType(Int8Type.Default), true), Lists(new Int8Array.Builder(), builder => builder.Append(2))));

        Assert.Equal("It isn't clear which column has the vectors. The columns of vectors are 'a', 'b'. Specify one with -VectorColumn.", Assert.Throws<EmbeddingFileException>(() => Format.Open(new MemoryStream(bytes), new EmbeddingColumns())).Message);
        Assert.Equal("It isn't clear which column has the texts. The columns of texts are 'title', 'body'. Specify one with -TextColumn.", Assert.Throws<EmbeddingFileException>(() => Format.Open(new MemoryStream(bytes), new EmbeddingColumns(Vector: "a"))).Message);
        Assert.Equal("The file has no column 'c' of vectors. The columns of vectors are 'a', 'b'.", Assert.Throws<EmbeddingFileException>(() => Format.Open(new MemoryStream(bytes), new EmbeddingColumns(Vector: "c"))).Message);
        using IEmbeddingReader reader = Format.Open(new MemoryStream(bytes), new EmbeddingColumns("BODY", "b"));
        Embedding read = reader.Read()!;
        Assert.Equal("b", read.Text);
        Assert.Equal(new sbyte[] { 2 }, read.Int8);
        Assert.Equal("""{"title":"t"}""", ((JsonElement)read.InputObject!).GetRawText());
    }

    [Fact]
    public void A_row_without_a_vector_and_a_missing_number_are_errors_and_reading_continues()
    {
        var list = new ListArray.Builder(FloatType.Default);
        var numbers = (FloatArray.Builder)list.ValueBuilder;
        list.Append();
        numbers.Append(1);
        list.AppendNull();
        list.Append();
        numbers.Append(2).AppendNull();
        list.Append();
        numbers.Append(4);
        byte[] bytes = WriteWithLibrary((new Field("vector", new ListType(FloatType.Default), true), list.Build()));

        List<object> outcome = Outcome(bytes);

        Assert.Equal([1f], ((Embedding)outcome[0]).Vector!);
        Assert.Equal("Record 2 can't be read: it has no vector.", ((Exception)outcome[1]).Message);
        Assert.Equal("Record 3 can't be read: a number in the column 'vector' is missing.", ((Exception)outcome[2]).Message);
        Assert.Equal([4f], ((Embedding)outcome[3]).Vector!);
    }

    [Fact]
    public void A_compressed_file_is_an_error_that_tells_how_to_write_it()
    {
        using var stream = new MemoryStream();
        var array = new Int32Array.Builder().AppendRange(Enumerable.Range(0, 100)).Build();
        var schema = new Schema([new Field("page", Int32Type.Default, true), new Field("vector", new ListType(FloatType.Default), true)], null);
        using (var writer = new ArrowFileWriter(stream, schema, leaveOpen: true, new IpcOptions { CompressionCodec = CompressionCodecType.Zstd, CompressionCodecFactory = new Copying() }))
        {
            writer.WriteRecordBatch(new RecordBatch(schema, [array, Lists(new FloatArray.Builder(), Enumerable.Repeat<Action<FloatArray.Builder>>(builder => builder.Append(1), 100).ToArray())], 100));
            writer.WriteEnd();
        }

        Assert.Contains("compressed (ZSTD)", ((Exception)Assert.Single(Outcome(stream.ToArray()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_reads_rows_without_vectors_and_any_embedding()
    {
        byte[] bytes = Write(Rows(0, 2500));
        using var counted = new Counted(bytes);
        using IEmbeddingTable table = Format.OpenTable(counted, new EmbeddingColumns());
        counted.Total = 0;

        EmbeddingRow[] rows = table.ReadRows().ToArray();

        Assert.Equal(2500, table.Count);
        Assert.Equal("m", table.Model);
        Assert.True(table.IsComplete);
        Assert.Equal(Enumerable.Range(0, 2500).Select(index => "text " + index), rows.Select(row => row.Embedding.Text));
        Assert.All(rows, row => Assert.Null(row.Embedding.Vector));
        Assert.Equal("text 2049", table.Read(2049).Text);
        Assert.Equal(2049, table.Read(2049).Vector![0]);
        Assert.Equal(0, table.Read(0).Vector![0]);
        Assert.InRange(counted.Total, 1, bytes.Length / 3);
    }

    [Fact]
    public void Rows_are_copied_with_their_vectors_ids_and_objects()
    {
        using var source = new MemoryStream();
        using (IEmbeddingBatchWriter writer = Format.Create(source, new EmbeddingFileRule(), new Dictionary<string, string> { ["own"] = "old", ["other"] = "old" }))
        {
            for (int index = 0; index < 3000; index++)
            {
                writer.Write(new Embedding { Index = index, Model = "m", Vector = [index, 1, 2, 3] }, Encoding.UTF8.GetBytes($$"""{"Id":{{index}}}"""), "id " + index);
            }

            writer.Complete();
        }

        using IEmbeddingTable table = Format.OpenTable(new MemoryStream(source.ToArray()), new EmbeddingColumns());
        using var target = new MemoryStream();
        using (IEmbeddingBatchWriter writer = Format.Create(target, new EmbeddingFileRule(), new Dictionary<string, string> { ["own"] = "new" }))
        {
            writer.Copy(table, position => position is < 1500 or >= 1502);
            writer.Write(new Embedding { Index = 5000, Model = "m", Vector = [5, 1, 2, 3] }, """{"Id":5000}"""u8, "id 5000");
            writer.Complete();
        }

        using IEmbeddingTable copy = Format.OpenTable(new MemoryStream(target.ToArray()), new EmbeddingColumns());
        // What the file tells about itself isn't what the other one told.
        Assert.Equal("new", copy.Metadata["own"]);
        Assert.DoesNotContain("other", copy.Metadata);
        Assert.Equal("m", copy.Model);
        EmbeddingRow[] rows = copy.ReadRows().ToArray();
        Assert.Equal(Enumerable.Range(0, 3000).Where(index => index is not (1500 or 1501)).Append(5000).Select(index => "id " + index), rows.Select(row => row.Id));
        Assert.Equal("""{"Id":2999}""", ((JsonElement)copy.Read(2997).InputObject!).GetRawText());
        Assert.Equal([2999f, 1, 2, 3], copy.Read(2997).Vector!);
    }

    [Fact]
    public void A_file_of_a_newer_format_says_so()
    {
        using var stream = new MemoryStream();
        using IEmbeddingBatchWriter writer = Format.Create(stream, new EmbeddingFileRule(), new Dictionary<string, string> { ["cohere.format"] = "2" });
        writer.Write(new Embedding { Vector = [1] }, default);
        writer.Complete();

        Assert.Contains("version 2", ((Exception)Assert.Single(Outcome(stream.ToArray()))).Message, StringComparison.Ordinal);
    }

    private static (Embedding, string?)[] Rows(int first, int count) => Enumerable.Range(first, count)
        .Select(index => (new Embedding { Index = index, Text = "text " + index, Model = "m", Vector = [index, .. new float[63]] }, (string?)null)).ToArray();

    private static byte[] Write(params (Embedding Embedding, string? Json)[] rows)
    {
        using var stream = new MemoryStream();
        using IEmbeddingBatchWriter writer = Format.Create(stream, new EmbeddingFileRule());
        Add(writer, rows);
        return stream.ToArray();
    }

    private static byte[] Continue(byte[] bytes, params (Embedding Embedding, string? Json)[] rows)
    {
        using var stream = new MemoryStream();
        stream.Write(bytes);
        using IEmbeddingBatchWriter writer = Format.Continue(stream, stream, mayBeIncomplete: true);
        stream.SetLength(writer.Position);
        stream.Position = writer.Position;
        Add(writer, rows);
        return stream.ToArray();
    }

    private static void Add(IEmbeddingBatchWriter writer, (Embedding Embedding, string? Json)[] rows)
    {
        foreach ((Embedding embedding, string? json) in rows)
        {
            writer.Write(embedding, json is null ? default : Encoding.UTF8.GetBytes(json));
        }

        writer.Complete();
    }

    private static IEnumerable<Embedding> Read(byte[] bytes) => Outcome(bytes).Select(item => item as Embedding ?? throw (Exception)item);

    private static List<object> Outcome(byte[] bytes)
    {
        var outcome = new List<object>();
        try
        {
            using IEmbeddingReader reader = Format.Open(new MemoryStream(bytes), new EmbeddingColumns());
            while (true)
            {
                try
                {
                    if (reader.Read() is not { } embedding)
                    {
                        return outcome;
                    }

                    outcome.Add(embedding);
                }
                catch (EmbeddingFileException exception) when (!exception.IsLast)
                {
                    outcome.Add(exception);
                }
            }
        }
        catch (EmbeddingFileException exception)
        {
            outcome.Add(exception);
            return outcome;
        }
    }

    private static IEnumerable<string?> Texts(RecordBatch batch, string column)
    {
        var array = (StringArray)batch.Column(column);
        return Enumerable.Range(0, array.Length).Select(index => array.GetString(index));
    }

    private static void TableOutcome(byte[] bytes)
    {
        try
        {
            using IEmbeddingTable table = Format.OpenTable(new MemoryStream(bytes), new EmbeddingColumns());
            Assert.InRange(table.ReadRows().Count(), 0, 50);
            for (long position = 0; position < table.Count; position++)
            {
                table.Read(position);
            }
        }
        catch (EmbeddingFileException)
        {
            // As expected of a damaged file.
        }
    }

    private static byte[] WriteWithLibrary(params (Field Field, IArrowArray Array)[] columns)
    {
        using var stream = new MemoryStream();
        var schema = new Schema(columns.Select(column => column.Field), null);
        using var writer = new ArrowFileWriter(stream, schema, leaveOpen: true);
        writer.WriteRecordBatch(new RecordBatch(schema, columns.Select(column => column.Array), columns[0].Array.Length));
        writer.WriteEnd();
        return stream.ToArray();
    }

    private static ListArray Lists<TBuilder>(TBuilder kind, params Action<TBuilder>[] rows)
        where TBuilder : class
    {
        IArrowType type = kind switch
        {
            DoubleArray.Builder => DoubleType.Default,
            FloatArray.Builder => FloatType.Default,
            _ => Int8Type.Default,
        };
        var list = new ListArray.Builder(type);
        foreach (Action<TBuilder> row in rows)
        {
            list.Append();
            row((TBuilder)(object)list.ValueBuilder);
        }

        return list.Build();
    }

    private static LargeStringArray LargeStrings(params string?[] texts)
    {
        byte[] data = Encoding.UTF8.GetBytes(string.Concat(texts));
        long[] offsets = new long[texts.Length + 1];
        byte[] bits = [0];
        for (int index = 0; index < texts.Length; index++)
        {
            offsets[index + 1] = offsets[index] + (texts[index]?.Length ?? 0);
            bits[0] |= (byte)(texts[index] is null ? 0 : 1 << index);
        }

        return new LargeStringArray(texts.Length, new ArrowBuffer(System.Runtime.InteropServices.MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray()), new ArrowBuffer(data), new ArrowBuffer(bits), texts.Count(text => text is null));
    }

    private static FixedSizeListArray Halves(params float[] numbers)
    {
        HalfFloatArray values = new HalfFloatArray.Builder().AppendRange(numbers.Select(number => (Half)number)).Build();
        return new FixedSizeListArray(new FixedSizeListType(new Field("item", HalfFloatType.Default, true), 2), numbers.Length / 2, values, ArrowBuffer.Empty, 0);
    }

    /// <summary>Compresses nothing, but the file says that it does.</summary>
    private sealed class Copying : ICompressionCodecFactory, ICompressionCodec
    {
        public ICompressionCodec CreateCodec(CompressionCodecType compressionCodecType) => this;

        public ICompressionCodec CreateCodec(CompressionCodecType compressionCodecType, int? compressionLevel) => this;

        public int Decompress(ReadOnlyMemory<byte> source, Memory<byte> destination) => throw new NotSupportedException();

        public void Compress(ReadOnlyMemory<byte> source, Stream destination) => destination.Write(source.Span);

        public void Dispose()
        {
        }
    }

    private sealed class Counted(byte[] bytes) : MemoryStream(bytes)
    {
        public long Total { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Total += count;
            return base.Read(buffer, offset, count);
        }
    }

    private sealed class SameJson : IEqualityComparer<string?>
    {
        // Only how characters are escaped can differ.
        public bool Equals(string? x, string? y) => x == y || Text(x) == Text(y);

        public int GetHashCode(string? obj) => 0;

        private static string? Text(string? json) => json is null ? null : JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);
    }
}
