using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace CohereShell.Tests;

/// <summary>Serves an answer from a socket, reads it with the client, and lists what is lost.</summary>
internal static class Replay
{
    private static readonly string[] OwnHeaders = ["content-type", "content-length", "transfer-encoding", "connection", "date"];

    public static async Task<IReadOnlyList<string>> MissingAsync(RecordedExchange exchange, Pieces pieces = Pieces.Whole)
    {
        using var server = new FaultServer(exchange.IsStream ? Stream(exchange, pieces) : Whole(exchange));
        using CohereSession session = TestSession.Open(server, retries: 0);
        var notices = new Notices();
        JsonNode json = exchange.IsStream ? StreamedJson.Join(exchange.Body) : JsonNode.Parse(exchange.Body)!;
        var missing = new List<string>();
        object? read;
        try
        {
            read = await ReadAsync(new CohereClient(session), exchange, json, notices.Options, missing);
        }
        catch (CohereException exception)
        {
            read = exception;
            if (exception is not CohereStreamException && exchange.Status < 400)
            {
                missing.Add($"everything, because of: {exception.Message} {exception.InnerException?.Message}");
            }

            if (exchange.Headers.TryGetValue("x-debug-trace-id", out string? trace) && exception.RequestId != trace)
            {
                missing.Add("x-debug-trace-id");
            }
        }

        if (exchange.Headers.TryGetValue("x-api-warning", out string? warning) && !notices.All.Any(notice => notice.Message.Contains(warning, StringComparison.Ordinal)))
        {
            missing.Add($"x-api-warning = {warning}");
        }

        missing.AddRange(Facts.Missing(json, read, notices.All));
        return missing;
    }

    internal static async Task<object?> ReadAsync(CohereClient client, RecordedExchange exchange, JsonNode json, RequestOptions options, List<string> missing)
    {
        string[] path = exchange.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (path[1])
        {
            case "chat" when exchange.IsStream:
                List<ChatStreamEvent> events = [];
                await foreach (ChatStreamEvent item in client.Chat.StreamAsync(ChatJson.Question(), options))
                {
                    events.Add(item);
                }

                ChatResponse response = events[^1].Response!;
                CompareEvents(events, response, missing);
                return response;
            case "chat":
                return await client.Chat.SendAsync(ChatJson.Question(), options);
            case "embed":
                return await client.Embeddings.EmbedAsync(EmbedRequestOf(json), options);
            case "rerank":
                return await client.Rerank.RerankAsync(RerankRequestOf(exchange, json), options);
            case "tokenize":
                return await client.Tokens.TokenizeAsync("text", options: options);
            case "models":
                return await client.Models.GetAsync(Uri.UnescapeDataString(path[2]), options);
            default:
                missing.Add($"the operation {exchange.Method} {exchange.Path}");
                return null;
        }
    }

    private static void CompareEvents(List<ChatStreamEvent> events, ChatResponse response, List<string> missing)
    {
        Compare("text", string.Concat(events.Select(item => item.Text)), response.Text);
        Compare("thinking", string.Concat(events.Select(item => item.Thinking)), response.Thinking);
        Compare("tool plan", string.Concat(events.Select(item => item.ToolPlan)), response.ToolPlan);
        Compare("citations", string.Join(' ', events.Where(item => item.Citation is not null).Select(item => item.Citation!.Text)), string.Join(' ', response.Citations.Select(item => item.Text)));
        void Compare(string what, string fromEvents, string? fromResponse)
        {
            if (fromEvents != (fromResponse ?? string.Empty))
            {
                missing.Add($"the {what} of the events is '{fromEvents}', of the answer '{fromResponse}'");
            }
        }
    }

    private static EmbedRequest EmbedRequestOf(JsonNode json)
    {
        if (json["embeddings"] is not JsonObject embeddings)
        {
            return new EmbedRequest { Texts = ["text"] };
        }

        int count = embeddings.First().Value!.AsArray().Count;
        string[] texts = json["texts"] is JsonArray { Count: > 0 } given ? [.. given.Select(text => (string)text!)] : [.. Enumerable.Range(0, count).Select(index => index.ToString(CultureInfo.InvariantCulture))];
        return new EmbedRequest { Texts = texts, EmbeddingTypes = [.. embeddings.Select(type => Enum.Parse<EmbeddingType>(type.Key, ignoreCase: true))] };
    }

    private static RerankRequest RerankRequestOf(RecordedExchange exchange, JsonNode json)
    {
        JsonArray results = json["results"] as JsonArray ?? [];
        int count = exchange.Request.ValueKind == JsonValueKind.Object && exchange.Request.TryGetProperty("documents", out JsonElement documents)
            ? documents.GetArrayLength()
            : results.Select(result => (int)result!["index"]! + 1).DefaultIfEmpty(1).Max();
        return new RerankRequest { Query = "query", Documents = [.. Enumerable.Range(0, count).Select(index => $"document {index}")], TopN = Math.Max(1, results.Count) };
    }

    private static Behaviour Whole(RecordedExchange exchange) =>
        Answer.Of(exchange.Status, exchange.Headers.GetValueOrDefault("content-type", "application/json"), Encoding.UTF8.GetBytes(exchange.Body), Headers(exchange));

    private static Behaviour Stream(RecordedExchange exchange, Pieces pieces) => async connection =>
    {
        string headers = string.Concat(Headers(exchange).Select(header => header + "\r\n"));
        await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n{headers}\r\n");
        byte[] body = Encoding.UTF8.GetBytes(exchange.Body);
        IEnumerable<byte[]> chunks = pieces switch
        {
            Pieces.Whole => [body],
            Pieces.Events => exchange.Body.Split("\n\n").Select(text => Encoding.UTF8.GetBytes(text + "\n\n")),
            _ => body.Chunk(7),
        };
        foreach (byte[] chunk in chunks)
        {
            await connection.ChunkAsync(chunk);
        }

        await connection.ChunkAsync(string.Empty);
    };

    private static string[] Headers(RecordedExchange exchange) =>
        [.. exchange.Headers.Where(header => !OwnHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)).Select(header => $"{header.Key}: {header.Value}")];
}
