using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Tasks;
using CohereShell.Emulation;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Embeddings: similar texts are near each other, and all formats contain the same numbers.</summary>
public sealed class EmbedTests
{
    private static readonly string[] Texts =
        ["The server was restarted after the update.", "Restart the servers once they are updated", "Bananas ripen faster in a paper bag."];

    [Theory]
    [InlineData("The server was restarted after the update.", "Restart the servers once they are updated", "Bananas ripen faster in a paper bag.")]
    [InlineData("How do I reset my password?", "Steps to reset a forgotten password", "The disk of the mail server is full.")]
    [InlineData("disk space is low on SRV01", "SRV01: low disk space", "New employee starts on Monday")]
    [InlineData("authentication failure", "authenticating failed", "printer out of paper")]
    [InlineData("Der Drucker im zweiten Stock druckt nicht", "Drucker im Stock 2 druckt nicht mehr", "Bitte das Konto sperren")]
    [InlineData("电子邮件服务器无法连接", "无法连接到电子邮件服务器", "今天天气很好")]
    public async Task Similar_texts_are_near_and_others_are_far(string text, string alike, string unlike)
    {
        foreach (string model in new[] { "embed-v4.0", "embed-english-v3.0", "embed-multilingual-light-v3.0" })
        {
            float[][] vectors = await EmbedSamples.FloatsAsync([text, alike, unlike], $"\"model\":\"{model}\"");
            double near = EmbedSamples.Cosine(vectors[0], vectors[1]);
            double far = EmbedSamples.Cosine(vectors[0], vectors[2]);

            Assert.True(near > 0.3, $"near: {near}");
            Assert.InRange(far, -0.2, 0.25);
        }
    }

    [Fact]
    public async Task Small_embeddings_distinguish_texts_too()
    {
        float[][] vectors = await EmbedSamples.FloatsAsync(Texts, "\"output_dimension\":256");
        Assert.True(EmbedSamples.Cosine(vectors[0], vectors[1]) > EmbedSamples.Cosine(vectors[0], vectors[2]) + 0.2);
    }

    [Fact]
    public async Task The_order_of_words_has_a_small_effect()
    {
        float[][] vectors = await EmbedSamples.FloatsAsync(["dog bites man", "man bites dog"]);
        Assert.InRange(EmbedSamples.Cosine(vectors[0], vectors[1]), 0.8, 0.999);
    }

    [Fact]
    public async Task Embeddings_have_length_one()
    {
        foreach (float[] vector in await EmbedSamples.FloatsAsync([.. Texts, "!", " ", "a", "🎉", new string('x', 5000)]))
        {
            Assert.Equal(1, vector.Sum(number => (double)number * number), 4);
        }
    }

    [Fact]
    public async Task A_text_has_the_same_embedding_in_every_batch_and_for_every_input_type()
    {
        float[][] together = await EmbedSamples.FloatsAsync(Texts);
        float[][] alone = await EmbedSamples.FloatsAsync([Texts[1]], "\"input_type\":\"search_query\"");
        Assert.Equal(together[1], alone[0]);
    }

    [Fact]
    public void The_numbers_are_the_same_on_every_computer()
    {
        EmbeddingVector vector = new Embedder("embed-v4.0", 256).Embed("Get-Service spooler");
        Assert.Equal([173686, -694743, 1215801, 173686], vector.Numbers.Take(4));
    }

    [Fact]
    public async Task Embeddings_of_two_models_are_unrelated()
    {
        float[][] english = await EmbedSamples.FloatsAsync(Texts, "\"model\":\"embed-english-v3.0\"");
        float[][] multilingual = await EmbedSamples.FloatsAsync(Texts, "\"model\":\"embed-multilingual-v3.0\"");
        Assert.InRange(EmbedSamples.Cosine(english[0], multilingual[0]), -0.2, 0.2);
    }

    [Theory]
    [InlineData("\"model\":\"embed-v4.0\"", 1536)]
    [InlineData("\"model\":\"embed-v4.0\",\"output_dimension\":1536", 1536)]
    [InlineData("\"model\":\"embed-v4.0\",\"output_dimension\":1024", 1024)]
    [InlineData("\"model\":\"embed-v4.0\",\"output_dimension\":512", 512)]
    [InlineData("\"model\":\"embed-v4.0\",\"output_dimension\":256", 256)]
    [InlineData("\"model\":\"embed-english-v3.0\"", 1024)]
    [InlineData("\"model\":\"embed-multilingual-v3.0\"", 1024)]
    [InlineData("\"model\":\"embed-english-light-v3.0\"", 384)]
    [InlineData("\"model\":\"embed-multilingual-light-v3.0\"", 384)]
    public async Task The_model_and_the_request_determine_the_dimensions(string fields, int dimension) =>
        Assert.All(await EmbedSamples.FloatsAsync(Texts, fields), vector => Assert.Equal(dimension, vector.Length));

    [Fact]
    public async Task Every_format_is_derived_from_the_same_floats()
    {
        using EmulatedAnswer answer = await EmbedSamples.ToAsync(
            Texts, """ "embedding_types":["float","int8","uint8","binary","ubinary","base64","float"] """);
        float[][] floats = EmbedSamples.Numbers(answer, "float", element => element.GetSingle());
        sbyte[][] signed = EmbedSamples.Numbers(answer, "int8", element => element.GetSByte());
        byte[][] unsigned = EmbedSamples.Numbers(answer, "uint8", element => element.GetByte());
        sbyte[][] binary = EmbedSamples.Numbers(answer, "binary", element => element.GetSByte());
        byte[][] ubinary = EmbedSamples.Numbers(answer, "ubinary", element => element.GetByte());
        string[] base64 = [.. answer.Json.GetProperty("embeddings").GetProperty("base64").EnumerateArray().Select(text => text.GetString()!)];

        // The mean becomes 32. Cohere documents only that all embeddings have the same scale.
        double scale = 32 * Math.Sqrt(1536);
        Assert.Equal(6, answer.Json.GetProperty("embeddings").EnumerateObject().Count());
        for (int i = 0; i < Texts.Length; i++)
        {
            Assert.Equal(floats[i], MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(base64[i])).ToArray());
            Assert.Equal(signed[i].Select(number => (byte)(number + 128)), unsigned[i]);
            Assert.All(floats[i].Zip(signed[i]), pair => Assert.InRange(pair.Second - Math.Clamp(pair.First * scale, -128, 127), -0.501, 0.501));
            Assert.Equal(floats[i].Chunk(8).Select(Pack), ubinary[i]);
            Assert.Equal(ubinary[i].Select(number => (sbyte)(number - 128)), binary[i]);
            Assert.True(signed[i].Distinct().Count() > 20, "too few values");
            Assert.InRange(ubinary[i].Sum(number => System.Numerics.BitOperations.PopCount(number)), 1536 / 3, 1536 * 2 / 3);
        }
    }

    [Fact]
    public async Task Similar_texts_are_near_as_bits_too()
    {
        using EmulatedAnswer answer = await EmbedSamples.ToAsync(Texts, """ "embedding_types":["ubinary"] """);
        byte[][] bits = EmbedSamples.Numbers(answer, "ubinary", element => element.GetByte());
        Assert.True(Distance(bits[0], bits[1]) + 100 < Distance(bits[0], bits[2]));
        Assert.Equal("ubinary", Assert.Single(answer.Json.GetProperty("embeddings").EnumerateObject()).Name);
    }

    [Fact]
    public async Task The_response_contains_the_texts_and_the_billed_units()
    {
        using EmulatedAnswer answer = await EmbedSamples.ToAsync(Texts);
        Assert.Equal(Texts, answer.Json.GetProperty("texts").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal("embeddings_by_type", answer.Json.GetProperty("response_type").GetString());
        Assert.Equal("2", answer.Json.GetProperty("meta").GetProperty("api_version").GetProperty("version").GetString());
        Assert.Equal(Texts.Sum(TokenCodec.Count), Billed(answer, "input_tokens"));
    }

    [Theory]
    [InlineData("START", "one two three", "two three", 2)]
    [InlineData("END", "one two three", "one two", 2)]
    [InlineData("END", "€uro", "€", 3)]
    [InlineData("START", "no €", "€", 3)]
    [InlineData("END", "a😀b", "a", 3)]
    public async Task A_long_text_is_truncated_at_the_requested_end(string truncate, string text, string rest, int maxTokens)
    {
        float[][] cut = await EmbedSamples.FloatsAsync([text], $"\"truncate\":\"{truncate}\",\"max_tokens\":{maxTokens}");
        float[][] whole = await EmbedSamples.FloatsAsync([rest]);
        Assert.Equal(whole[0], cut[0]);
    }

    [Fact]
    public async Task A_model_truncates_texts_to_its_context()
    {
        string text = EmbedSamples.Repeat("word ", 600);
        using EmulatedAnswer answer = await EmbedSamples.ToAsync([text], "\"model\":\"embed-english-v3.0\"");
        Assert.Equal(512, Billed(answer, "input_tokens"));
    }

    public static TheoryData<byte[], string, int> Images() => new()
    {
        { EmbedSamples.Png, "png", 32 },
        { EmbedSamples.Gif, "gif", 8 },
        { EmbedSamples.Jpeg, "jpeg", 24 },
        { EmbedSamples.WebP, "webp", 24 },
        { EmbedSamples.LosslessWebP, "webp", 32 },
        { EmbedSamples.ExtendedWebP, "webp", 24 },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public async Task An_image_is_described_by_its_header(byte[] image, string format, int depth)
    {
        string fields = $"\"model\":\"embed-english-v3.0\",\"input_type\":\"image\",\"images\":[\"{EmbedSamples.Uri(image, format)}\"]";
        using EmulatedAnswer answer = await EmbedSamples.ToAsync([], fields);
        JsonElement described = Assert.Single(answer.Json.GetProperty("images").EnumerateArray());

        Assert.Equal(320, described.GetProperty("width").GetInt32());
        Assert.Equal(200, described.GetProperty("height").GetInt32());
        Assert.Equal(format, described.GetProperty("format").GetString());
        Assert.Equal(depth, described.GetProperty("bit_depth").GetInt32());
        Assert.Equal(1, Billed(answer, "images"));
        Assert.Empty(answer.Json.GetProperty("texts").EnumerateArray());
    }

    [Fact]
    public async Task Only_the_same_image_has_the_same_embedding()
    {
        byte[] other = [.. EmbedSamples.Png, 1];
        string images = string.Join(",", new[] { EmbedSamples.Png, other, EmbedSamples.Png }.Select(image => $"\"{EmbedSamples.Uri(image)}\""));
        using EmulatedAnswer answer = await EmbedSamples.ToAsync([], $"\"input_type\":\"image\",\"images\":[{images}]");
        float[][] vectors = EmbedSamples.Numbers(answer, "float", element => element.GetSingle());

        Assert.Equal(vectors[0], vectors[2]);
        Assert.InRange(EmbedSamples.Cosine(vectors[0], vectors[1]), -0.2, 0.2);
        Assert.Equal(3 * Tokens.PerImage, Billed(answer, "image_tokens"));
    }

    [Fact]
    public async Task A_mixed_input_is_near_its_text_and_its_image()
    {
        string text = EmbedSamples.TextPart(Texts[0]);
        string image = EmbedSamples.ImagePart(EmbedSamples.Png);
        using EmulatedAnswer answer = await EmbedSamples.ToAsync([], EmbedSamples.Inputs([text, image], [text], [image]));
        float[][] vectors = EmbedSamples.Numbers(answer, "float", element => element.GetSingle());

        Assert.InRange(EmbedSamples.Cosine(vectors[0], vectors[1]), 0.4, 0.95);
        Assert.InRange(EmbedSamples.Cosine(vectors[0], vectors[2]), 0.4, 0.95);
        Assert.InRange(EmbedSamples.Cosine(vectors[1], vectors[2]), -0.2, 0.25);
        Assert.Equal((await EmbedSamples.FloatsAsync([Texts[0]]))[0], vectors[1]);
        Assert.Equal(2 * Tokens.PerImage, Billed(answer, "image_tokens"));
        Assert.False(answer.Json.TryGetProperty("images", out _));
    }

    public static TheoryData<string> Fields() => new()
    {
        """ "embedding_types":["float","int8","uint8","binary","ubinary","base64"],"truncate":"START","max_tokens":9,"output_dimension":512,"priority":2 """,
        $"\"input_type\":\"image\",\"images\":[\"{EmbedSamples.Uri(EmbedSamples.Jpeg, "jpeg")}\"]",
        EmbedSamples.Inputs([EmbedSamples.TextPart("a"), EmbedSamples.ImagePart(EmbedSamples.Gif, "gif")]),
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Request_and_response_match_the_API_description(string fields)
    {
        using EmulatedAnswer answer = await EmbedSamples.ToAsync(Texts, fields);
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Empty(ApiDescription.Current.RequestErrors("embedv2", JsonDocument.Parse(EmbedSamples.Body(Texts, fields)).RootElement));
        Assert.Empty(ApiDescription.Current.ResponseErrors("embedv2", 200, answer.Json, strict: true));
    }

    private static int Billed(EmulatedAnswer answer, string unit) =>
        answer.Json.GetProperty("meta").GetProperty("billed_units").GetProperty(unit).GetInt32();

    private static byte Pack(float[] numbers) => (byte)numbers.Aggregate(0, (bits, number) => (bits << 1) | (number > 0 ? 1 : 0));

    private static int Distance(byte[] first, byte[] second) =>
        first.Zip(second, (a, b) => System.Numerics.BitOperations.PopCount((uint)(a ^ b))).Sum();
}
