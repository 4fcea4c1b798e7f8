using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class ParseTests
{
    private const string Path = "/v2/parse";
    private const string Model = "parse-v5.0";
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(null)]
    [InlineData("markdown")]
    [InlineData("blocks")]
    public async Task The_answer_matches_the_API_description_and_is_always_the_same(string? format)
    {
        foreach (string image in new[] { Png(640, 480), "https://example.com/scans/invoice%201.png?sig=x" })
        {
            string body = Body(image, format);
            using EmulatedAnswer first = await EmulatedAnswer.ToAsync("POST", Path, body);
            using EmulatedAnswer second = await EmulatedAnswer.ToAsync("POST", Path, body);

            Assert.Equal(200, first.Status);
            Assert.Equal(first.Body, second.Body);
            Assert.Empty(ApiDescription.Current.RequestErrors("parsev2", JsonDocument.Parse(body).RootElement));
            Assert.Empty(ApiDescription.Current.ResponseErrors("parsev2", 200, first.Json, strict: true));
            Assert.Equal(1, first.Json.GetProperty("meta").GetProperty("billed_units").GetProperty("pages").GetInt32());
            Assert.Equal(format ?? "markdown", Assert.Single(first.Json.GetProperty("pages").EnumerateArray()).GetProperty("type").GetString());
        }
    }

    [Fact]
    public async Task The_text_describes_the_image_and_its_places_are_on_it()
    {
        JsonElement page = await PageAsync(Body(Png(640, 480)));
        JsonElement markdown = page.GetProperty("markdown");
        JsonElement image = Assert.Single(markdown.GetProperty("images").EnumerateArray());

        Assert.Contains("an image of 640 x 480 pixels", markdown.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Contains($"![{image.GetProperty("description").GetString()}](img-0)", markdown.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal("""{"top_left_x":64,"top_left_y":240,"bottom_right_x":576,"bottom_right_y":336}""", image.GetProperty("bounding_box").GetRawText());
        Assert.Equal("""{"top_left_x":0.1,"top_left_y":0.5,"bottom_right_x":0.9,"bottom_right_y":0.7}""", image.GetProperty("bounding_box_normalized").GetRawText());
    }

    [Fact]
    public async Task Both_formats_say_the_same()
    {
        string markdown = (await PageAsync(Body(Png(64, 48)))).GetProperty("markdown").GetProperty("content").GetString()!;
        JsonElement[] blocks = [.. (await PageAsync(Body(Png(64, 48), "blocks"))).GetProperty("blocks").EnumerateArray()];

        Assert.Equal(["text", "image", "table"], blocks.Select(block => block.GetProperty("type").GetString()));
        Assert.StartsWith(blocks[0].GetProperty("text").GetProperty("content").GetString(), markdown, StringComparison.Ordinal);
        Assert.Contains(blocks[1].GetProperty("image").GetProperty("description").GetString()!, markdown, StringComparison.Ordinal);
        Assert.EndsWith(blocks[2].GetProperty("table").GetProperty("html").GetString(), markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_an_image_from_the_web_is_its_heading()
    {
        JsonElement page = await PageAsync(Body("https://example.com/scans/invoice%201.png?sig=x"));

        Assert.StartsWith("# invoice 1.png\n\nThis is the emulated text of 'invoice 1.png'.", page.GetProperty("markdown").GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tEXt", "Comment\0Total: 12 \u00a3", true)]
    [InlineData("iTXt", "Comment\0\0\0\0\0Summe: 12 €", false)]
    public async Task The_comment_of_a_PNG_file_is_the_text_of_the_page(string chunk, string content, bool isLatin)
    {
        byte[] bytes = isLatin ? Encoding.Latin1.GetBytes(content) : Encoding.UTF8.GetBytes(content);

        JsonElement page = await PageAsync(Body(Png(64, 48, (chunk, bytes))));

        Assert.StartsWith($"# A PNG image\n\n{content[(content.LastIndexOf('\0') + 1)..]}\n\n![", page.GetProperty("markdown").GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image/gif", "R0lGODlhAQABAAAAACwAAAAAAQABAAA=", "GIF")]
    [InlineData("image/bmp", "Qk0AAAAAAAAAAAAAAAAoAAAAAgAAAAEAAAABABgA", "BMP")]
    public async Task Other_images_are_read_too(string mediaType, string base64, string format)
    {
        JsonElement page = await PageAsync(Body($"data:{mediaType};base64,{base64}"));

        Assert.StartsWith($"# A {format} image\n", page.GetProperty("markdown").GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"document":{"type":"image_url","image_url":"$IMAGE"}}""", 400, "a model parameter is required for this endpoint.")]
    [InlineData("""{"model":"nope","document":{"type":"image_url","image_url":"$IMAGE"}}""", 404, "model 'nope' not found")]
    [InlineData("""{"model":"embed-v4.0","document":{"type":"image_url","image_url":"$IMAGE"}}""", 400, "model 'embed-v4.0' is not supported by the parse API")]
    [InlineData("""{"model":"$MODEL"}""", 400, "document is required")]
    [InlineData("""{"model":"$MODEL","document":"https://example.com/a.png"}""", 422, "parameter document is of type string but should be of type object")]
    [InlineData("""{"model":"$MODEL","document":{"image_url":"$IMAGE"}}""", 400, "document.type is required")]
    [InlineData("""{"model":"$MODEL","document":{"type":"pdf","image_url":"$IMAGE"}}""", 400, "document.type must be one of image_url - received 'pdf'")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url"}}""", 400, "document.image_url is required")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":{"url":"$IMAGE"}}}""", 422, "parameter document.image_url is of type object but should be of type string")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":"a.png"}}""", 400, "must be a base64 data URI of an image or an http(s) URL")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":"file:///a.png"}}""", 400, "must be a base64 data URI of an image or an http(s) URL")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":"data:application/pdf;base64,JVBERi0xLjc="}}""", 400, "must be a base64 data URI of an image or an http(s) URL")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":"data:image/png;base64,%%%"}}""", 400, "must be a base64 data URI of an image or an http(s) URL")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":"data:image/png;base64,JVBERi0xLjc="}}""", 400, "cannot be decoded as an image")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":"https://example.com/a.pdf"}}""", 400, "cannot be decoded as an image")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":"$IMAGE"},"output_format":"html"}""", 400, "output_format must be one of markdown, blocks - received 'html'")]
    [InlineData("""{"model":"$MODEL","document":{"type":"image_url","image_url":"$IMAGE"},"pages":1}""", 422, "unknown field: parameter 'pages' is not a valid field")]
    public async Task A_missing_or_invalid_field_is_named(string body, int status, string message)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(
            "POST", Path, body.Replace("$MODEL", Model, StringComparison.Ordinal).Replace("$IMAGE", Png(4, 3), StringComparison.Ordinal));

        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10000, 5000, 0, 200, "")]
    [InlineData(10000, 5001, 0, 400, "must be at most 50 megapixels - received 10000x5001 pixels")]
    [InlineData(100, 100, 20 * Megabyte, 400, "must be at most 20MB - received")]
    public async Task An_image_that_is_too_large_is_refused(int width, int height, int padding, int status, string message)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("POST", Path, Body(Png(width, height, ("daTa", new byte[padding]))));

        Assert.Equal(status, answer.Status);
        Assert.True(status == 200 || answer.Message.Contains(message, StringComparison.Ordinal), answer.Body);
    }

    [Fact]
    public async Task A_text_can_ask_to_be_refused()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("POST", Path, Body(Png(4, 3, ("tEXt", "Comment\0emulate:400"u8.ToArray()))));

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task The_model_is_in_the_list_for_the_endpoint()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("GET", "/v1/models?endpoint=parse");

        Assert.Equal(Model, Assert.Single(answer.Json.GetProperty("models").EnumerateArray()).GetProperty("name").GetString());
    }

    private static async Task<JsonElement> PageAsync(string body)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("POST", Path, body);
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json.GetProperty("pages")[0].Clone();
    }

    private static string Body(string image, string? format = null)
    {
        var body = new JsonObject { ["model"] = Model, ["document"] = new JsonObject { ["type"] = "image_url", ["image_url"] = image } };
        if (format is not null)
        {
            body["output_format"] = format;
        }

        return body.ToJsonString();
    }

    /// <summary>A PNG file with a header and another chunk, as a data URI. The emulator doesn't read the pixels.</summary>
    private static string Png(int width, int height, (string Type, byte[] Content)? chunk = null)
    {
        byte[] header = [.. Number(width), .. Number(height), 8, 2, 0, 0, 0];
        byte[] bytes =
        [
            0x89, .. "PNG\r\n"u8, 0x1a, 0x0a,
            .. Chunk("IHDR", header),
            .. chunk is { } other ? Chunk(other.Type, other.Content) : [],
            .. Chunk("IEND", []),
        ];
        return "data:image/png;base64," + Convert.ToBase64String(bytes);
    }

    private static byte[] Chunk(string type, byte[] content) => [.. Number(content.Length), .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0];

    private static byte[] Number(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
