using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Helpers for embed requests, and small images.</summary>
internal static class EmbedSamples
{
    internal const string Model = "embed-v4.0";

    /// <summary>The headers of images. The emulator reads nothing else of them.</summary>
    internal static readonly byte[] Png =
    [
        0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R',
        0, 0, 1, 0x40, 0, 0, 0, 0xC8, 8, 6, 0, 0, 0,
    ];

    internal static readonly byte[] Gif = [.. "GIF89a"u8, 0x40, 1, 0xC8, 0, 0xF7, 0, 0];

    internal static readonly byte[] Jpeg =
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC4, 0, 3, 0, 0xFF, 0xC0, 0, 17, 8, 0, 0xC8, 1, 0x40, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
    ];

    internal static readonly byte[] WebP =
        [.. "RIFF"u8, 0x20, 0, 0, 0, .. "WEBPVP8 "u8, 0x10, 0, 0, 0, 0, 0, 0, 0x9D, 1, 0x2A, 0x40, 1, 0xC8, 0];

    internal static readonly byte[] LosslessWebP = [.. "RIFF"u8, 0x20, 0, 0, 0, .. "WEBPVP8L"u8, 0x10, 0, 0, 0, 0x2F, 0x3F, 0xC1, 0x31, 0x10];

    internal static readonly byte[] ExtendedWebP =
        [.. "RIFF"u8, 0x20, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 0x3F, 1, 0, 0xC7, 0, 0];

    internal static string Uri(byte[] image, string type = "png") => $"data:image/{type};base64,{Convert.ToBase64String(image)}";

    /// <summary>A part of a mixed input.</summary>
    internal static string ImagePart(byte[] image, string type = "png") =>
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + Uri(image, type) + "\"}}";

    /// <summary>A part of a mixed input.</summary>
    internal static string TextPart(string text) => "{\"type\":\"text\",\"text\":" + JsonSerializer.Serialize(text) + "}";

    /// <summary>The field of mixed inputs, each with several parts.</summary>
    internal static string Inputs(params string[][] inputs) =>
        "\"inputs\":[" + string.Join(",", inputs.Select(parts => "{\"content\":[" + string.Join(",", parts) + "]}")) + "]";

    /// <summary>A body with texts and additional fields, which are specified as JSON without braces.</summary>
    internal static string Body(IEnumerable<string> texts, string fields = "")
    {
        JsonObject body = fields.Length == 0 ? [] : JsonNode.Parse("{" + fields + "}")!.AsObject();
        body["model"] ??= Model;
        body["input_type"] ??= "search_document";
        if (!body.ContainsKey("images") && !body.ContainsKey("inputs") && !body.ContainsKey("texts"))
        {
            body["texts"] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]);
        }

        return body.ToJsonString();
    }

    internal static Task<EmulatedAnswer> ToAsync(IEnumerable<string> texts, string fields = "") =>
        EmulatedAnswer.ToAsync("POST", "/v2/embed", Body(texts, fields));

    internal static async Task<float[][]> FloatsAsync(IEnumerable<string> texts, string fields = "")
    {
        using EmulatedAnswer answer = await ToAsync(texts, fields);
        Assert.True(answer.Status == 200, answer.Body);
        return Numbers(answer, "float", element => element.GetSingle());
    }

    internal static T[][] Numbers<T>(EmulatedAnswer answer, string type, Func<JsonElement, T> read) =>
        [.. answer.Json.GetProperty("embeddings").GetProperty(type).EnumerateArray().Select(vector => vector.EnumerateArray().Select(read).ToArray())];

    internal static double Cosine(float[] first, float[] second) =>
        first.Zip(second, (a, b) => (double)a * b).Sum() / Math.Sqrt(first.Sum(a => (double)a * a) * second.Sum(b => (double)b * b));

    internal static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
