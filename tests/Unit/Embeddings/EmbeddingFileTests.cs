using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Xunit;

namespace CohereShell.Tests.Embeddings;

public sealed class EmbeddingFileTests
{
    private const EmbeddingFileFormat Jsonl = EmbeddingFileFormat.Jsonl;
    private const EmbeddingFileFormat Arrow = EmbeddingFileFormat.Arrow;

    private static readonly Lazy<IEmbeddingFormat> ArrowFormat = new(() => new Formats.EmbeddingFormat());

    [Theory]
    [InlineData(Jsonl)]
    [InlineData(Arrow)]
    public void Every_format_is_read_back_bit_for_bit(EmbeddingFileFormat format)
    {
        Embedding[] written = Samples(300, dimension: 64).ToArray();

        Embedding[] read = Read(Write(format, written)).ToArray();

        Assert.Equal(written.Length, read.Length);
        foreach ((Embedding expected, Embedding actual) in written.Zip(read))
        {
            AssertSame(expected, actual);
        }
    }

    [Theory]
    [InlineData(Jsonl)]
    [InlineData(Arrow)]
    public void Any_finite_float_is_read_back_bit_for_bit(EmbeddingFileFormat format)
    {
        var random = new Random(3);
        float[] numbers = Enumerable.Range(0, 100_000)
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))
            .Where(float.IsFinite)
            .Concat([0f, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 0.1f, 1f / 3])
            .ToArray();

        Embedding read = Assert.Single(Read(Write(format, new Embedding { Vector = numbers })));

        Assert.Equal(numbers.Select(BitConverter.SingleToInt32Bits), read.Vector!.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void Floats_are_written_in_their_shortest_form()
    {
        string row = Encoding.UTF8.GetString(Write(Jsonl, new Embedding { Index = 7, Text = "Grüße", Model = "embed-v4.0", InputType = EmbedInputType.SearchDocument, Vector = [0.1f, -0.5f, 1f] }));

        Assert.Equal("""{"index":7,"text":"Grüße","model":"embed-v4.0","input_type":"search_document","embeddings":{"float":[0.1,-0.5,1]}}""" + "\n", row);
    }

    [Theory]
    [InlineData(Jsonl)]
    [InlineData(Arrow)]
    public void Input_objects_are_read_back(EmbeddingFileFormat format)
    {
        using var stream = new MemoryStream();
        IEmbeddingWriter writer = EmbeddingFile.Create(stream, format, ArrowFormat);
        string nested = string.Concat(Enumerable.Repeat("[", 60)) + string.Concat(Enumerable.Repeat("]", 60));
        writer.Write(new Embedding { Vector = [1] }, Encoding.UTF8.GetBytes("""{"Name":"SRV\n01","Disks":[1,2.5,null]}"""));
        writer.Write(new Embedding { Vector = [1] }, default);
        writer.Write(new Embedding { Vector = [1] }, Encoding.UTF8.GetBytes(nested));
        writer.Complete();

        Embedding[] read = Read(stream.ToArray()).ToArray();

        Assert.Equal("""{"Name":"SRV\n01","Disks":[1,2.5,null]}""", ((JsonElement)read[0].InputObject!).GetRawText());
        Assert.Null(read[1].InputObject);
        Assert.Equal(nested, ((JsonElement)read[2].InputObject!).GetRawText());
    }

    [Theory]
    [InlineData(Jsonl)]
    [InlineData(Arrow)]
    public void A_file_without_embeddings_is_read_and_appended_to(EmbeddingFileFormat format)
    {
        byte[] empty = Write(format);

        Assert.Empty(Read(empty));
        Assert.Single(Read(Append(empty, new Embedding { Model = "a", Vector = [1, 2] })));
    }

    [Theory]
    [InlineData(Jsonl)]
    [InlineData(Arrow)]
    public void Appended_embeddings_follow_the_others(EmbeddingFileFormat format)
    {
        Embedding[] all = Samples(500, dimension: 16).ToArray();
        byte[] bytes = Write(format, all.Take(100).ToArray());

        bytes = Append(bytes, all.Skip(100).Take(1).ToArray());
        bytes = Append(bytes, all.Skip(101).ToArray());

        Assert.Equal(all.Select(item => item.Text), Read(bytes).Select(item => item.Text));
    }

    [Theory]
    [InlineData(Jsonl)]
    [InlineData(Arrow)]
    public void An_embedding_that_does_not_belong_in_the_file_is_refused_and_writing_continues(EmbeddingFileFormat format)
    {
        byte[] bytes = Write(format, new Embedding { Model = "a", Vector = [1, 2, 3, 4, 5, 6, 7, 8] });
        using var stream = new MemoryStream();
        stream.Write(bytes);
        stream.Position = 0;
        IEmbeddingWriter writer = EmbeddingFile.Append(stream, ArrowFormat);

        Assert.Equal(EmbeddingProblem.ModelMismatch, Refusal(new Embedding { Model = "b", Vector = new float[8] }));
        Assert.Equal(EmbeddingProblem.DimensionMismatch, Refusal(new Embedding { Model = "a", Vector = new float[16] }));
        Assert.Equal(EmbeddingProblem.DimensionMismatch, Refusal(new Embedding { Model = "a", Vector = new float[8], Int8 = new sbyte[4] }));
        Assert.Equal(EmbeddingProblem.DimensionMismatch, Refusal(new Embedding { Model = "a", Vector = new float[8], Base64 = "AAAAAA==" }));
        Assert.Equal(EmbeddingProblem.NotFinite, Refusal(new Embedding { Model = "a", Vector = [float.NaN, 2, 3, 4, 5, 6, 7, 8] }));
        Assert.Equal(EmbeddingProblem.EmptyVector, Refusal(new Embedding { Model = "a" }));
        Assert.Equal(EmbeddingProblem.InvalidBase64, Refusal(new Embedding { Model = "a", Base64 = "!!!!!!!!" }));
        writer.Write(new Embedding { Model = "a", Vector = new float[8] }, default);
        writer.Complete();

        Assert.Equal(2, Read(stream.ToArray()).Count());

        EmbeddingProblem Refusal(Embedding embedding) => Assert.Throws<EmbeddingException>(() => writer.Write(embedding, default)).Problem;
    }

    [Fact]
    public void The_results_of_an_embed_job_are_read()
    {
        const string Rows = """
            {"text":"one","embeddings":{"float":[0.5,1],"int8":null,"uint8":null,"binary":null,"ubinary":null},"source":"a.txt","page":3,"index":"K-1"}

            {"text":"two","embeddings":{"float":[0.25,1],"int8":[-128,127],"newer":[[1]]}}
            """;

        Embedding[] read = Read(Encoding.UTF8.GetBytes("\uFEFF" + Rows.ReplaceLineEndings("\r\n"))).ToArray();

        Assert.Equal(["one", "two"], read.Select(item => item.Text));
        Assert.Equal([0L, 1L], read.Select(item => item.Index));
        Assert.Equal([0.5f, 1f], read[0].Vector!);
        Assert.Null(read[0].Int8);
        Assert.Equal([-128, 127], read[1].Int8!);
        Assert.Equal("""{"source":"a.txt","page":3,"index":"K-1"}""", ((JsonElement)read[0].InputObject!).GetRawText());
        Assert.Null(read[1].InputObject);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("{")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"text":"x"}""")]
    [InlineData("""{"embeddings":null}""")]
    [InlineData("""{"embeddings":[1,2]}""")]
    [InlineData("""{"embeddings":{"float":1}}""")]
    [InlineData("""{"embeddings":{"float":[]}}""")]
    [InlineData("""{"embeddings":{"float":[1,"2"]}}""")]
    [InlineData("""{"embeddings":{"float":[1,[2]]}}""")]
    [InlineData("""{"embeddings":{"float":[1e99]}}""")]
    [InlineData("""{"embeddings":{"int8":[128]}}""")]
    [InlineData("""{"embeddings":{"uint8":[-1]}}""")]
    [InlineData("""{"embeddings":{"base64":7}}""")]
    [InlineData("""{"text":"\ud800","embeddings":{"float":[1]}}""")]
    [InlineData("""{"embeddings":{"float":[1]}} {}""")]
    public void A_bad_line_is_an_error_with_its_number_and_reading_continues(string bad)
    {
        string good = """{"embeddings":{"float":[1]}}""";

        List<object> outcome = Outcome(Encoding.UTF8.GetBytes($"{good}\n\n{bad}\n{good}"));

        Assert.Equal(3, outcome.Count);
        Assert.IsType<Embedding>(outcome[0]);
        Assert.StartsWith("Line 3 isn't an embedding: ", Assert.IsType<EmbeddingFileException>(outcome[1]).Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.IsType<Embedding>(outcome[2]).Index);
    }

    [Fact]
    public void A_text_without_any_embeddings_is_not_read_to_its_end()
    {
        List<object> outcome = Outcome(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("2026-08-01 INFO started\n", 1000))));

        Assert.Equal(10, outcome.Count);
        Assert.EndsWith("the rest of the file wasn't read.", Assert.IsType<EmbeddingFileException>(outcome[^1]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_line_says_where_it_is_bad()
    {
        EmbeddingFileException exception = Assert.IsType<EmbeddingFileException>(Assert.Single(Outcome("""{"text":x}"""u8.ToArray())));

        Assert.Equal("Line 1 isn't an embedding: 'x' is an invalid start of a value. (at byte 9)", exception.Message);
    }

    [Fact]
    public void An_endless_line_is_not_loaded_into_memory()
    {
        using var stream = new Endless(LineReader.LongestLine * 3L);
        var lines = new LineReader(stream);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<LineTooLongException>(() => lines.TryRead(out _));

        Assert.True(lines.TryRead(out ReadOnlySpan<byte> line));
        Assert.Equal("{}"u8.ToArray(), line.ToArray());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, LineReader.LongestLine * 3L);
    }

    [Fact]
    public void Reading_continues_after_a_line_that_is_too_long()
    {
        using var embeddings = new JsonLinesEmbeddingReader(new Endless(LineReader.LongestLine + 1L));

        EmbeddingFileException tooLong = Assert.Throws<EmbeddingFileException>(() => embeddings.Read());
        EmbeddingFileException next = Assert.Throws<EmbeddingFileException>(() => embeddings.Read());

        Assert.False(tooLong.IsLast);
        Assert.Equal("Line 1 is longer than 64 MB, which is too long for an embedding.", tooLong.Message);
        Assert.StartsWith("Line 2 ", next.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("89 43 45 4D 42 0D 0A 1A 01 00", "Import-CohereEmbedding old.cemb | Export-CohereEmbedding new.jsonl")]
    [InlineData("50 41 52 31 15 04 15 10", "pl.read_parquet")]
    [InlineData("46 45 41 31 00 00 00 00", "pd.read_feather")]
    [InlineData("FF FF FF FF 78 01 00 00 10 00 00 00 00 00 0A 00 0C 00", "pl.read_ipc_stream")]
    [InlineData("FF FE 7B 00", "UTF-16")]
    [InlineData("20 0A 5B 7B", "JSON array")]
    [InlineData("50 4B 03 04 00 00", "doesn't contain embeddings")]
    public void A_file_without_embeddings_is_reported_as_such(string bytes, string expected)
    {
        byte[] file = bytes.Split(' ').Select(number => Convert.ToByte(number, 16)).ToArray();

        EmbeddingFileException exception = Assert.Throws<EmbeddingFileException>(() => EmbeddingFile.Open(new MemoryStream(file), ArrowFormat));

        Assert.True(exception.IsLast);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Jsonl)]
    [InlineData(Arrow)]
    public void Ten_thousand_damaged_files_give_embeddings_or_clear_errors(EmbeddingFileFormat format)
    {
        Embedding[] all = Samples(24, dimension: 16).ToArray();
        byte[] whole = Write(format, all);
        var random = new Random(11);
        for (int round = 0; round < 10_000; round++)
        {
            byte[] bytes = (byte[])whole.Clone();
            for (int flips = random.Next(4); flips >= 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (random.Next(3) == 0)
            {
                Array.Resize(ref bytes, random.Next(bytes.Length));
            }

            List<object> outcome = Outcome(bytes);

            Assert.InRange(outcome.Count, 0, 200);
        }
    }

    // Collects embeddings and expected errors. Any other exception fails the test.
    private static List<object> Outcome(byte[] bytes)
    {
        var outcome = new List<object>();
        try
        {
            using IEmbeddingReader reader = EmbeddingFile.Open(new MemoryStream(bytes), ArrowFormat);
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

    private static IEnumerable<Embedding> Read(byte[] bytes) => Outcome(bytes).Select(item => item as Embedding ?? throw (Exception)item);

    private static byte[] Write(EmbeddingFileFormat format, params Embedding[] embeddings)
    {
        using var stream = new MemoryStream();
        Add(EmbeddingFile.Create(stream, format, ArrowFormat), embeddings);
        return stream.ToArray();
    }

    private static byte[] Append(byte[] bytes, params Embedding[] embeddings)
    {
        using var stream = new MemoryStream();
        stream.Write(bytes);
        stream.Position = 0;
        Add(EmbeddingFile.Append(stream, ArrowFormat), embeddings);
        return stream.ToArray();
    }

    private static void Add(IEmbeddingWriter writer, Embedding[] embeddings)
    {
        foreach (Embedding embedding in embeddings)
        {
            writer.Write(embedding, default);
        }

        writer.Complete();
    }

    // Every format alone and with others, every input type, and all kinds of text.
    private static IEnumerable<Embedding> Samples(int count, int dimension)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
        {
            int forms = (i % 63) + 1;
            float[] floats = Enumerable.Range(0, dimension).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            byte[] bytes = new byte[dimension];
            random.NextBytes(bytes);
            sbyte[] signed = bytes.Select(number => (sbyte)(number - 128)).ToArray();
            yield return new Embedding
            {
                Index = i,
                Text = i % 5 == 0 ? null : $"Grüße \u2028 \"{i}\" \n 😀",
                Path = i % 3 == 0 ? $"a/{i}.txt" : null,
                Model = "embed-v4.0",
                InputType = i % 6 == 5 ? null : (EmbedInputType)(i % 6),
                Vector = (forms & 1) != 0 ? floats : null,
                Int8 = (forms & 2) != 0 ? signed : null,
                Uint8 = (forms & 4) != 0 ? bytes : null,
                Binary = (forms & 8) != 0 ? signed[..(dimension / 8)] : null,
                Ubinary = (forms & 16) != 0 ? bytes[..(dimension / 8)] : null,
                Base64 = (forms & 32) != 0 ? Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(floats.AsSpan())) : null,
            };
        }
    }

    private static void AssertSame(Embedding expected, Embedding actual)
    {
        Assert.Equal(expected.Index, actual.Index);
        Assert.Equal(expected.Text, actual.Text);
        Assert.Equal(expected.Path, actual.Path);
        Assert.Equal(expected.Model, actual.Model);
        Assert.Equal(expected.InputType, actual.InputType);
        // Arrow has one column of floats, so that base64 comes back as floats.
        float[]? floats = expected.Vector ?? (actual.Base64 is null && expected.Base64 is { } base64 ? LittleEndian.FromBase64(base64) : null);
        Assert.Equal(floats?.Select(BitConverter.SingleToInt32Bits), actual.Vector?.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(expected.Int8, actual.Int8);
        Assert.Equal(expected.Uint8, actual.Uint8);
        Assert.Equal(expected.Binary, actual.Binary);
        Assert.Equal(expected.Ubinary, actual.Ubinary);
        Assert.True(actual.Base64 == expected.Base64 || actual.Base64 is null);
    }

    /// <summary>White space, and a line at the end.</summary>
    private sealed class Endless(long length) : MemoryStream("\n{}\n"u8.ToArray())
    {
        private long _left = length;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_left == 0)
            {
                return base.Read(buffer, offset, count);
            }

            int given = (int)Math.Min(_left, count);
            buffer.AsSpan(offset, given).Fill((byte)' ');
            _left -= given;
            return given;
        }
    }
}
