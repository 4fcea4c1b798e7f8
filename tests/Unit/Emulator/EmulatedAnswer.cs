using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>A response of the emulator, and helpers that request one.</summary>
internal sealed class EmulatedAnswer : IDisposable
{
    private readonly HttpResponseMessage _message;

    private EmulatedAnswer(HttpResponseMessage message, string body)
    {
        _message = message;
        Body = body;
    }

    internal const string Model = "command-a-03-2025";

    internal int Status => (int)_message.StatusCode;

    internal HttpResponseHeaders Headers => _message.Headers;

    internal string? ContentType => _message.Content.Headers.ContentType?.MediaType;

    internal string Body { get; }

    internal JsonElement Json => JsonDocument.Parse(Body).RootElement;

    internal string Message => Json.GetProperty("message").GetString()!;

    /// <summary>The text of the text block.</summary>
    internal string Text => Blocks("text").Single();

    internal string FinishReason => Json.GetProperty("finish_reason").GetString()!;

    /// <summary>
    /// The events of a stream. Checks that the type in each event line matches its data, and that the stream ends with a mark.
    /// </summary>
    internal IReadOnlyList<JsonElement> Events
    {
        get
        {
            Assert.EndsWith("\n\ndata: [DONE]\n\n", Body, StringComparison.Ordinal);
            string[] blocks = Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
            return [.. blocks.SkipLast(1).Select(block =>
            {
                string[] lines = block.Split('\n');
                Assert.Equal(2, lines.Length);
                JsonElement data = JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement;
                Assert.Equal(lines[0], "event: " + data.GetProperty("type").GetString());
                return data;
            })];
        }
    }

    internal IReadOnlyList<JsonElement> Citations =>
        Json.GetProperty("message").TryGetProperty("citations", out JsonElement citations) ? [.. citations.EnumerateArray()] : [];

    internal static HttpClient Client(CohereEmulatorOptions? options = null, string? key = "any")
    {
        var client = new HttpClient(new CohereEmulatorHandler(options ?? new CohereEmulatorOptions())) { BaseAddress = new Uri("http://emulator") };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Sends a request to a new in-process emulator.</summary>
    internal static async Task<EmulatedAnswer> ToAsync(string method, string path, string? body = null)
    {
        using HttpClient client = Client();
        return await ToAsync(client, method, path, body);
    }

    internal static async Task<EmulatedAnswer> ToAsync(HttpClient client, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        HttpResponseMessage message = await client.SendAsync(request);
        return new EmulatedAnswer(message, await message.Content.ReadAsStringAsync());
    }

    internal static async Task<EmulatedAnswer> ToAsync(HttpClient client, string path, HttpContent content)
    {
        HttpResponseMessage message = await client.PostAsync(path, content);
        return new EmulatedAnswer(message, await message.Content.ReadAsStringAsync());
    }

    /// <summary>Chats with one user message and additional fields, specified as JSON without braces: <c>"k":1,"p":0.5</c>.</summary>
    internal static Task<EmulatedAnswer> ToChatAsync(string message, string fields = "") =>
        ToAsync("POST", "/v2/chat", ChatBody(message, fields));

    internal static string ChatBody(string message, string fields = "")
    {
        JsonObject body = fields.Length == 0 ? [] : JsonNode.Parse("{" + fields + "}")!.AsObject();
        body["model"] ??= Model;
        body["messages"] ??= new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message });
        return body.ToJsonString();
    }

    internal IReadOnlyList<string> Blocks(string type) => Json.GetProperty("message").TryGetProperty("content", out JsonElement content)
        ? [.. content.EnumerateArray().Where(block => block.GetProperty("type").GetString() == type).Select(block => block.GetProperty(type).GetString()!)]
        : [];

    public void Dispose() => _message.Dispose();
}
