using System;
using System.Buffers.Binary;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class TranscriptionTests
{
    private const string Model = "cohere-transcribe-03-2026";
    private const string Path = "/v2/audio/transcriptions";
    private static readonly byte[] TwoSeconds = Wave(seconds: 2);

    [Fact]
    public async Task The_text_describes_the_file()
    {
        (int status, JsonElement answer) = await ToAsync(Form(file: TwoSeconds));
        Assert.Equal(200, status);
        Assert.Equal("This is an emulated transcription of 'call.wav': 2.0 seconds of audio in en.", answer.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("a comment", "a comment")]
    [InlineData("Guten Tag, hier ist der Helpdesk – was kann ich für Sie tun?", "Guten Tag, hier ist der Helpdesk – was kann ich für Sie tun?")]
    [InlineData(" ", "This is an emulated transcription of 'call.wav': 1.0 seconds of audio in en.")]
    public async Task The_comment_of_a_WAV_file_is_its_transcription(string comment, string text)
    {
        (_, JsonElement answer) = await ToAsync(Form(file: Wave(seconds: 1, comment)));
        Assert.Equal(text, answer.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("a.flac")]
    [InlineData("a.mp3")]
    [InlineData("a.mpeg")]
    [InlineData("a.mpga")]
    [InlineData("a.ogg")]
    [InlineData("A.MP3")]
    [InlineData("C:\\calls\\a.wav")]
    [InlineData("two words; \"quoted\".ogg")]
    public async Task Each_file_type_is_accepted(string name)
    {
        (int status, JsonElement answer) = await ToAsync(Form(file: new byte[24000], name: name));
        Assert.True(status == 200, answer.ToString());
        Assert.Contains($"'{name[(name.LastIndexOf('\\') + 1)..]}': 1.5 seconds", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_looks_like_a_form_is_read_completely()
    {
        byte[] tricky = [.. "\r\n--boundary\r\n\r\n--\r\n\r\n"u8, .. new byte[16000]];
        (_, JsonElement answer) = await ToAsync(Form(file: tricky, name: "a.mp3"));
        Assert.Contains("1.0 seconds", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_length_of_a_truncated_WAV_file_is_that_of_its_content()
    {
        (_, JsonElement answer) = await ToAsync(Form(file: TwoSeconds[..(TwoSeconds.Length - 32000)]));
        Assert.Contains("1.0 seconds", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    public static TheoryData<string?, string?, string?, string?, int, string> Refusals() => new()
    {
        { null, "en", "a.wav", null, 400, "a model parameter is required for this endpoint." },
        { "nope", "en", "a.wav", null, 404, "model 'nope' not found" },
        { "embed-v4.0", "en", "a.wav", null, 400, "model 'embed-v4.0' is not supported by the transcriptions API" },
        { Model, null, "a.wav", null, 400, "language is required" },
        { Model, "english", "a.wav", null, 400, "language must be one of ar, de, el, en, es, fr, it, ja, ko, nl, pl, pt, vi, zh - received 'english'" },
        { Model, "en", null, null, 400, "file is required" },
        { Model, "en", "a.txt", null, 400, "file must have one of the extensions flac, mp3, mpeg, mpga, ogg, wav - received 'txt'" },
        { Model, "en", "wav", "0", 200, string.Empty },
        { Model, "en", "a.wav", "1", 200, string.Empty },
        { Model, "en", "a.wav", "1.1", 400, "temperature must be between 0 and 1.0 inclusive." },
        { Model, "en", "a.wav", "NaN", 400, "temperature must be between 0 and 1.0 inclusive." },
        { Model, "en", "a.wav", "hot", 422, "parameter temperature is of type string but should be of type float" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_missing_or_invalid_field_is_named(string? model, string? language, string? name, string? temperature, int status, string message)
    {
        (int got, JsonElement answer) = await ToAsync(Form(model, language, name is null ? null : TwoSeconds, name ?? string.Empty, temperature));
        Assert.Equal(status, got);
        Assert.True(status == 200 || answer.GetProperty("message").GetString()!.Contains(message, StringComparison.Ordinal), answer.ToString());
    }

    [Fact]
    public async Task An_empty_file_and_one_that_is_too_large_are_refused()
    {
        (int empty, JsonElement first) = await ToAsync(Form(file: []));
        (int large, JsonElement second) = await ToAsync(Form(file: new byte[(25 * 1024 * 1024) + 1]));
        Assert.Equal((400, 400), (empty, large));
        Assert.EndsWith("file must not be empty", first.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("file must be at most 25MB", second.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=model\r\n\r\n" + Model)]
    [InlineData("multipart/form-data; boundary=x", "")]
    [InlineData("multipart/form-data; boundary=x", "--x")]
    [InlineData("multipart/form-data", "--x--")]
    [InlineData("application/json", "{}")]
    public async Task A_body_that_is_not_a_form_is_refused(string type, string body)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        (int status, JsonElement answer) = await ToAsync(content);
        Assert.Equal(400, status);
        Assert.Contains("multipart", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_quotation_marks_and_with_text_around_it_is_read()
    {
        const string Body = "preamble\r\n--x\r\nX-Other: 1\r\ncontent-disposition: form-data; name=model\r\n\r\n" + Model
            + "\r\n--x\r\n\r\nno head\r\n--x\r\nContent-Disposition: form-data; name=language\r\n\r\nde"
            + "\r\n--x\r\nContent-Disposition: form-data; filename=\"Übung 1.mp3\"; name=file\r\nContent-Type: audio/mpeg\r\n\r\n0123\r\n--x--\r\nepilogue";
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=\"x\"");
        (int status, JsonElement answer) = await ToAsync(content);
        Assert.True(status == 200, answer.ToString());
        Assert.EndsWith("'Übung 1.mp3': 0.0 seconds of audio in de.", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_name_in_the_format_of_dotnet_is_read()
    {
        using var form = Form();
        form.Add(new ByteArrayContent(TwoSeconds), "file", "Gespräch №1.wav");
        (_, JsonElement answer) = await ToAsync(form);
        Assert.Contains("'Gespräch №1.wav': 2.0 seconds", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_response_matches_the_API_description()
    {
        (_, JsonElement answer) = await ToAsync(Form(file: TwoSeconds));
        Assert.Empty(ApiDescription.Current.ResponseErrors("create-transcription", 200, answer, strict: true));
    }

    private static async Task<(int Status, JsonElement Answer)> ToAsync(HttpContent content)
    {
        using HttpClient client = EmulatedAnswer.Client();
        using HttpResponseMessage message = await client.PostAsync(Path, content);
        return ((int)message.StatusCode, JsonDocument.Parse(await message.Content.ReadAsStringAsync()).RootElement);
    }

    private static MultipartFormDataContent Form(
        string? model = Model, string? language = "en", byte[]? file = null, string name = "call.wav", string? temperature = null)
    {
        var form = new MultipartFormDataContent("boundary-of-the-form");
        foreach ((string field, string? value) in new[] { ("model", model), ("language", language), ("temperature", temperature) })
        {
            if (value is not null)
            {
                form.Add(new StringContent(value), field);
            }
        }

        if (file is not null)
        {
            var content = new ByteArrayContent(file);
            string quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            content.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename=\"{quoted}\"");
            form.Add(content);
        }

        return form;
    }

    private static byte[] Wave(int seconds, string? comment = null)
    {
        const int BytesPerSecond = 32000;
        byte[] format = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(format.AsSpan(8), BytesPerSecond);
        using var wave = new MemoryStream();
        wave.Write("RIFF\0\0\0\0WAVE"u8);
        Write(wave, "fmt ", format);
        if (comment is not null)
        {
            using var list = new MemoryStream();
            list.Write("INFO"u8);
            Write(list, "ISFT", "tool"u8.ToArray());
            Write(list, "ICMT", Encoding.UTF8.GetBytes(comment + "\0"));
            Write(wave, "LIST", list.ToArray());
        }

        Write(wave, "data", new byte[seconds * BytesPerSecond]);
        return wave.ToArray();
    }

    private static void Write(MemoryStream stream, string name, byte[] content)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        stream.Write(Encoding.ASCII.GetBytes(name));
        stream.Write(length);
        stream.Write(content);
        stream.Write(new byte[content.Length % 2]);
    }
}
