using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using CohereShell.Emulation;
using CohereShell.Tests.Emulator;
using Xunit;

namespace CohereShell.Tests;

/// <summary>
/// Sends recorded chat requests to the emulator. Its answers must have the same properties as those of the service.
/// </summary>
public sealed class ChatShapesTests
{
    /// <summary>Answers of 2024 and 2025 don't have these properties, newer ones do.</summary>
    private static readonly string[] Newer =
    [
        "usage.cached_tokens", "message.citations[].type", "message-end.delta.usage.cached_tokens", "usage.tokens.reasoning_tokens",
    ];

    private const string Person = " Use Person with name 'Erick'.";

    /// <summary>
    /// What is added to a message, because the emulator understands nothing: it fails only if it's asked to, and it doesn't
    /// see that 'Erick, 27 years old' is a person.
    /// </summary>
    private static readonly Dictionary<string, string> Additions = new()
    {
        ["langchain__sql_agent"] = " emulate:invalid-tool",
        ["langchain__invoke_tool_calls"] = Person,
        ["langchain__streaming_tool_call"] = Person,
        ["langchain__async_streaming_tool_call"] = Person,
    };

    public static TheoryData<string> Chats => [.. RecordedExchange.Names.Where(name => RecordedExchange.Load(name).Any(IsChat))];

    [RecordedTheory]
    [MemberData(nameof(Chats))]
    public async Task The_emulator_answers_with_the_properties_of_the_service(string name)
    {
        var differences = new List<string>();
        foreach (RecordedExchange exchange in RecordedExchange.Load(name).Where(IsChat))
        {
            using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("POST", "/v2/chat", Request(name, exchange).ToJsonString());
            if (answer.Status != exchange.Status)
            {
                differences.Add($"status {exchange.Status}, emulated {answer.Status} {answer.Body}");
                continue;
            }

            HashSet<string> recorded = Paths(exchange.Body);
            HashSet<string> emulated = Paths(answer.Body);
            differences.AddRange(recorded.Except(emulated).Select(path => "missing: " + path));
            differences.AddRange(emulated.Except(recorded).Except(Newer).Select(path => "added: " + path));
            differences.AddRange(Headers(exchange).Where(header => !answer.Headers.Contains(header)).Select(header => "header: " + header));
            if (exchange.IsStream)
            {
                Assert.EndsWith("\n\ndata: [DONE]\n\n", exchange.Body, StringComparison.Ordinal);
                Assert.EndsWith("\n\ndata: [DONE]\n\n", answer.Body, StringComparison.Ordinal);
            }
        }

        Assert.Empty(differences);
    }

    private static bool IsChat(RecordedExchange exchange) =>
        exchange.Path == "/v2/chat" && exchange.Status == 200 && exchange.Request.ValueKind == JsonValueKind.Object;

    private static IEnumerable<string> Headers(RecordedExchange exchange) => exchange.Headers.Keys.Intersect(["num_chars", "num_tokens"]);

    // Models that were removed are replaced.
    private static JsonObject Request(string name, RecordedExchange exchange)
    {
        JsonObject request = JsonNode.Parse(exchange.Request.GetRawText())!.AsObject();
        if (RemovedModels.Names.Contains((string)request["model"]!))
        {
            request["model"] = EmulatedAnswer.Model;
        }

        if (Additions.TryGetValue(name, out string? addition))
        {
            JsonObject last = request["messages"]!.AsArray().OfType<JsonObject>().Last(message => (string?)message["role"] == "user");
            last["content"] = (string?)last["content"] + addition;
        }

        return request;
    }

    // 'message.content[].text', and in a stream 'content-delta.delta.message.content.text'.
    private static HashSet<string> Paths(string body)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        if (body.StartsWith('{'))
        {
            Add(paths, JsonNode.Parse(body), string.Empty);
            return paths;
        }

        foreach (string line in body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)))
        {
            JsonNode item = JsonNode.Parse(line["data: ".Length..])!;
            Add(paths, item, (string)item["type"]! + ".");
        }

        return paths;
    }

    private static void Add(HashSet<string> paths, JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject item:
                foreach ((string name, JsonNode? value) in item)
                {
                    paths.Add(path + name);
                    Add(paths, value, path + name + ".");
                }

                break;
            case JsonArray list:
                foreach (JsonNode? element in list)
                {
                    Add(paths, element, path.TrimEnd('.') + "[].");
                }

                break;
        }
    }
}
