using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using CohereShell.Emulation;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Tokens: any text survives a round trip.</summary>
public sealed class TokenTests
{
    private const string Model = "command-a-03-2025";
    private static readonly string[] Pieces = ["about", " Windows", " the", "Über", "THE", "123", " 42"];

    public static TheoryData<string> Texts() => new()
    {
        "a",
        " ",
        "        ",
        "\t",
        "\r\n\r\n",
        "\n \n  \n   \n\t \t",
        "Hello, world!",
        "The quick brown fox jumps over the lazy dog.",
        "About about ABOUT aBOUT  about abouts  Aboutabout",
        "restart-service Restart-Service RESTART 12 1234 12345678901",
        "naïve Ωmega Привет שלום مرحبا नमस्ते",
        "你好，世界。こんにちは 안녕",
        "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 😀😀",
        "e\u0301 a\u0308\u0323 \u200B\u200D\uFEFF\u2028\u2029\u00A0\u3000",
        "\uFEFF with a mark at the start",
        "\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uFFFE\uFFFF\U00010000\U0010FFFF",
        new string([.. Enumerable.Range(0, 160).Select(code => (char)code)]),
        "{\"json\": [1, 2.5, null], \"path\": \"C:\\\\Windows\\\\System32\"}",
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_text_survives_a_round_trip(string text)
    {
        using EmulatedAnswer tokens = await TokenizeAsync(text);
        Assert.True(tokens.Status == 200, tokens.Body);
        string list = tokens.Json.GetProperty("tokens").GetRawText();
        using EmulatedAnswer back = await DetokenizeAsync(list);

        Assert.Equal(text, back.Json.GetProperty("text").GetString());
        Assert.Equal(tokens.Json.GetProperty("tokens").GetArrayLength(), TokenCodec.Count(text));
        Assert.Equal(tokens.Json.GetProperty("tokens").GetArrayLength(), tokens.Json.GetProperty("token_strings").GetArrayLength());
    }

    [Fact]
    public void Random_texts_survive_a_round_trip()
    {
        var random = new Random(4711);
        for (int i = 0; i < 2000; i++)
        {
            string text = RandomText(random, random.Next(1, 60));
            List<int> ids = TokenCodec.Encode(text);
            Assert.All(ids, id => Assert.InRange(id, 0, TokenCodec.VocabularySize - 1));
            Assert.Equal(text, Encoding.UTF8.GetString([.. ids.SelectMany(TokenCodec.Decode)]));
            Assert.Equal(ids.Count, TokenCodec.Count(text));
        }
    }

    [Fact]
    public void The_text_of_an_id_is_one_token()
    {
        for (int id = 256; id < TokenCodec.VocabularySize; id++)
        {
            string piece = Encoding.UTF8.GetString(TokenCodec.Decode(id));
            Assert.True(TokenCodec.Count(piece) == 1, $"{id} stands for '{piece}'");
        }

        Assert.InRange(TokenCodec.VocabularySize, 200000, 256000);
    }

    [Fact]
    public void Plain_English_has_about_four_characters_per_token()
    {
        const string Text =
            "The service stopped working after the update was installed on Monday. Please check whether the certificate of the "
            + "server has expired, and restart it when all users have signed out. If the problem remains, send us the log files "
            + "from the directory in which the application is installed, together with a short description of what happened before.";
        Assert.InRange(Text.Length / (double)TokenCodec.Count(Text), 3.5, 5.5);
    }

    [Fact]
    public async Task Token_strings_are_the_pieces_of_the_text()
    {
        using EmulatedAnswer answer = await TokenizeAsync("The server restarted; naïve 😀");
        string[] strings = [.. answer.Json.GetProperty("token_strings").EnumerateArray().Select(item => item.GetString()!)];
        Assert.StartsWith("The server restarted; naïve ", string.Concat(strings), StringComparison.Ordinal);
        Assert.Equal(["\uFFFD", "\uFFFD", "\uFFFD", "\uFFFD"], strings[^4..]);
        Assert.Contains(" server", strings);
    }

    [Fact]
    public async Task Tokens_of_half_a_character_become_the_replacement_character()
    {
        using EmulatedAnswer answer = await DetokenizeAsync("[226,130]");
        Assert.Equal(200, answer.Status);
        Assert.Equal("\uFFFD", answer.Json.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("""{"model":"command-a-03-2025"}""", 400, "invalid request: required 'text' param is missing or empty.")]
    [InlineData("""{"model":"command-a-03-2025","text":""}""", 400, "invalid request: required 'text' param is missing or empty.")]
    [InlineData("""{"model":"command-a-03-2025","text":1}""", 422, "parameter text is of type number")]
    [InlineData("""{"text":"a"}""", 400, "a model parameter is required for this endpoint.")]
    [InlineData("""{"text":"a","model":"nope"}""", 404, "model 'nope' not found")]
    [InlineData("""{"text":"emulate:400","model":"command-a-03-2025"}""", 400, "the text at index 0 was refused as the request asked")]
    public async Task A_text_that_cannot_be_tokenized_is_refused(string body, int status, string message) =>
        await RefusesAsync("/v1/tokenize", body, status, message);

    [Theory]
    [InlineData("""{"model":"command-a-03-2025"}""", 400, "tokens must not be empty")]
    [InlineData("""{"model":"command-a-03-2025","tokens":[]}""", 400, "tokens must not be empty")]
    [InlineData("""{"model":"command-a-03-2025","tokens":[1,-1]}""", 400, "tokens[1] is an invalid token id")]
    [InlineData("""{"model":"command-a-03-2025","tokens":[256000]}""", 400, "tokens[0] is an invalid token id")]
    [InlineData("""{"model":"command-a-03-2025","tokens":[1.5]}""", 422, "should be of type integer")]
    [InlineData("""{"model":"command-a-03-2025","tokens":["a"]}""", 422, "should be of type integer")]
    [InlineData("""{"model":"command-a-03-2025","tokens":[null]}""", 422, "should be of type integer")]
    [InlineData("""{"tokens":[1]}""", 400, "a model parameter is required for this endpoint.")]
    [InlineData("""{"tokens":[1],"model":"nope"}""", 404, "model 'nope' not found")]
    public async Task Invalid_tokens_are_refused(string body, int status, string message) =>
        await RefusesAsync("/v1/detokenize", body, status, message);

    [Fact]
    public async Task Up_to_65536_characters_and_tokens_are_accepted()
    {
        string pairs = EmbedSamples.Repeat("😀", 65536);
        string tokens = string.Join(",", Enumerable.Repeat("65", 65536));
        using EmulatedAnswer text = await TokenizeAsync(pairs);
        using EmulatedAnswer list = await DetokenizeAsync($"[{tokens}]");

        Assert.Equal(200, text.Status);
        Assert.Equal(65536, list.Json.GetProperty("text").GetString()!.Length);
        await RefusesAsync("/v1/tokenize", $$"""{"model":"{{Model}}","text":"{{pairs}}a"}""", 400, "text must be at most 65536 characters long - received 65537");
        await RefusesAsync("/v1/detokenize", $$"""{"model":"{{Model}}","tokens":[{{tokens}},65]}""", 400, "tokens must have at most 65536 entries - received 65537");
    }

    [Fact]
    public async Task The_responses_match_the_API_description()
    {
        using EmulatedAnswer tokens = await TokenizeAsync("Hello there, 世界");
        using EmulatedAnswer text = await DetokenizeAsync(tokens.Json.GetProperty("tokens").GetRawText());
        Assert.Empty(ApiDescription.Current.ResponseErrors("tokenize", 200, tokens.Json, strict: true));
        Assert.Empty(ApiDescription.Current.ResponseErrors("detokenize", 200, text.Json, strict: true));
    }

    private static Task<EmulatedAnswer> TokenizeAsync(string text) =>
        EmulatedAnswer.ToAsync("POST", "/v1/tokenize", JsonSerializer.Serialize(new { text, model = Model }));

    private static Task<EmulatedAnswer> DetokenizeAsync(string tokens) =>
        EmulatedAnswer.ToAsync("POST", "/v1/detokenize", $$"""{"model":"{{Model}}","tokens":{{tokens}}}""");

    private static async Task RefusesAsync(string path, string body, int status, string message)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("POST", path, body);
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    private static string RandomText(Random random, int length)
    {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++)
        {
            text.Append(random.Next(8) switch
            {
                0 => ((char)random.Next(0x20)).ToString(),
                1 => new string(' ', random.Next(1, 12)),
                2 => ((char)random.Next(0x300, 0x370)).ToString(),
                3 => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
                4 => ((char)random.Next(0x80, 0xD800)).ToString(),
                5 => ((char)random.Next(0xE000, 0x10000)).ToString(),
                6 => Pieces[random.Next(Pieces.Length)],
                _ => ((char)random.Next(0x20, 0x7F)).ToString(),
            });
        }

        return text.ToString();
    }
}
