using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Embed requests that Cohere refuses are refused with the same status and message.</summary>
public sealed class EmbedRefusalTests
{
    private const string Version3 = "\"model\":\"embed-english-v3.0\",";
    private const string Image = "\"input_type\":\"image\",";

    [Theory]
    [InlineData("\"model\":\"\"", 400, "a model parameter is required for this endpoint.")]
    [InlineData("\"model\":\"nope\"", 404, "model 'nope' not found")]
    [InlineData("\"model\":\"command-a-03-2025\"", 400, "model 'command-a-03-2025' is not supported by the embed API")]
    [InlineData("\"input_type\":\"\"", 400, "invalid request: valid input_type must be provided with the provided model")]
    [InlineData("\"input_type\":\"document\"", 400, "valid input_type must be provided")]
    [InlineData("\"input_type\":1", 422, "parameter input_type is of type number")]
    [InlineData("\"texts\":[]", 400, "invalid request: texts must not be empty")]
    [InlineData("\"texts\":\"text\"", 422, "should be of type array")]
    [InlineData("\"texts\":[\"a\",7]", 422, "parameter texts[1] is of type number but should be of type string")]
    [InlineData("\"texts\":[\"a\",\"\"]", 400, "invalid request: texts contains an element that is the empty string at index 1")]
    [InlineData("\"texts\":[\"a\"],\"images\":[\"b\"]", 400, "only one of texts, images or inputs can be provided")]
    [InlineData("\"texts\":null", 400, "one of texts, images or inputs must be provided")]
    [InlineData("\"embedding_types\":[\"float\",\"int4\"]", 400, "embedding_types[1] must be one of float, int8, uint8, binary, ubinary, base64 - received 'int4'")]
    [InlineData("\"embedding_types\":\"float\"", 422, "should be of type array")]
    [InlineData("\"truncate\":\"MIDDLE\"", 400, "truncate must be one of NONE, START, END")]
    [InlineData("\"max_tokens\":0", 400, "max_tokens must be at least 1")]
    [InlineData("\"priority\":1000", 400, "priority must be between 0 and 999 inclusive.")]
    [InlineData("\"priority\":-1", 400, "priority must be between 0 and 999 inclusive.")]
    [InlineData("\"output_dimension\":999", 422, "only one of [256 512 1024 1536] is supported")]
    [InlineData("\"output_dimension\":\"512\"", 422, "should be of type integer")]
    [InlineData(Version3 + "\"output_dimension\":1024", 400, "output_dimension is not supported with model 'embed-english-v3.0'")]
    [InlineData("\"dimensions\":512", 422, "unknown field: parameter 'dimensions' is not a valid field")]
    public async Task An_invalid_field_is_named(string fields, int status, string message) => await RefusesAsync(fields, status, message);

    [Theory]
    [InlineData(Version3 + "\"images\":[\"PNG\"]", "images must be used with input_type=image")]
    [InlineData(Version3 + Image + "\"texts\":[\"a\"]", "texts must not be used with input_type=image")]
    [InlineData(Version3 + Image + "\"images\":[\"PNG\",\"PNG\"]", "total number of images must be at most 1 - received 2")]
    [InlineData(Image + "\"images\":[\"https://example.com/a.png\"]", "images[0] must be a base64 data URI of type image/jpeg, image/png, image/webp or image/gif")]
    [InlineData(Image + "\"images\":[\"data:image/tiff;base64,AAAA\"]", "images[0] must be a base64 data URI")]
    [InlineData(Image + "\"images\":[\"data:image/png,AAAA\"]", "images[0] must be a base64 data URI")]
    [InlineData(Image + "\"images\":[\"data:image/png;base64,A\"]", "images[0] must be a base64 data URI")]
    [InlineData(Image + "\"images\":[\"data:image/png;base64,AAAA\"]", "images[0] cannot be decoded as an image")]
    [InlineData(Image + "\"images\":[\"data:image/png;base64,iVBORw0KGgo=\"]", "images[0] cannot be decoded as an image")]
    [InlineData(Image + "\"images\":[\"data:image/jpeg;base64,/9j/4AAEAAA=\"]", "images[0] cannot be decoded as an image")]
    [InlineData(Image + "\"images\":[\"data:image/gif;base64,R0lGODlh\"]", "images[0] cannot be decoded as an image")]
    [InlineData("\"inputs\":[]", "inputs must not be empty")]
    [InlineData("\"inputs\":[{}]", "inputs[0].content must not be empty")]
    [InlineData("\"inputs\":[{\"content\":[{\"text\":\"a\"}]}]", "inputs[0].content[0].type is required.")]
    [InlineData("\"inputs\":[{\"content\":[{\"type\":\"text\",\"text\":\"\"}]}]", "inputs[0].content[0].text must not be empty")]
    [InlineData("\"inputs\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}]", "inputs[0].content[0].image_url.url is required.")]
    [InlineData("\"inputs\":[{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"content\":[{\"type\":\"text\",\"text\":\"emulate:400\"}]}]", "the text at index 1 was refused as the request asked")]
    public async Task Invalid_images_and_inputs_are_named(string fields, string message) =>
        await RefusesAsync(fields.Replace("PNG", EmbedSamples.Uri(EmbedSamples.Png), StringComparison.Ordinal), 400, message);

    [Theory]
    [InlineData("texts", 97)]
    [InlineData("inputs", 104)]
    public async Task More_than_96_inputs_are_refused(string kind, int count)
    {
        string input = kind == "texts" ? "\"a\"" : """{"content":[{"type":"text","text":"a"}]}""";
        string list = string.Join(",", Enumerable.Repeat(input, count));
        await RefusesAsync($"\"{kind}\":[{list}]", 400, $"invalid request: total number of {kind} must be at most 96 - received {count}");
    }

    [Fact]
    public async Task Up_to_96_texts_and_more_images_are_accepted()
    {
        using EmulatedAnswer texts = await EmbedSamples.ToAsync(Enumerable.Repeat("a", 96), "\"output_dimension\":256");
        string images = string.Join(",", Enumerable.Repeat($"\"{EmbedSamples.Uri(EmbedSamples.Gif, "gif")}\"", 100));
        using EmulatedAnswer pictures = await EmbedSamples.ToAsync([], $"{Image}\"output_dimension\":256,\"images\":[{images}]");
        Assert.Equal(200, texts.Status);
        Assert.Equal(200, pictures.Status);
    }

    [Theory]
    [InlineData(Version3, 5)]
    [InlineData("", 20)]
    public async Task Images_that_are_too_large_are_refused(string model, int megabytes)
    {
        byte[] image = new byte[(megabytes * 1024 * 1024) + 1];
        EmbedSamples.Png.CopyTo(image, 0);
        await RefusesAsync($"{model}{Image}\"images\":[\"{EmbedSamples.Uri(image)}\"]", 400, $"total size of images must be at most {megabytes}MB - received {image.Length} bytes");
    }

    [Theory]
    [InlineData("\"max_tokens\":3,", 3)]
    [InlineData(Version3, 512)]
    public async Task Without_truncation_a_text_that_is_too_long_is_refused(string fields, int limit)
    {
        string texts = $"\"texts\":[\"short\",\"{EmbedSamples.Repeat("word ", 600)}\"]";
        await RefusesAsync($"{fields}\"truncate\":\"NONE\",{texts}", 400, $"input at index 1 is too long, total number of tokens cannot exceed {limit} - received 601");
    }

    [Fact]
    public async Task A_text_can_request_a_refusal() =>
        await RefusesAsync("\"texts\":[\"a\",\"b\",\"please emulate:400\"]", 400, "invalid request: the text at index 2 was refused as the request asked");

    private static async Task RefusesAsync(string fields, int status, string message)
    {
        using EmulatedAnswer answer = await EmbedSamples.ToAsync(["a"], fields);
        Assert.True(answer.Status == status, $"{answer.Status}: {(answer.Status == 200 ? "answered" : answer.Body)}");
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.True(Guid.TryParse(answer.Json.GetProperty("id").GetString(), out _));
    }
}
