using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using CohereShell.Tests.Emulator;
using Xunit;

namespace CohereShell.Tests;

/// <summary>
/// Sends recorded requests to the emulator, except those of chat, and compares the answers with those of the service: the
/// status, the headers, and the properties with their types.
/// </summary>
public sealed class EmulatorShapeTests
{
    /// <summary>Headers of the network.</summary>
    private static readonly string[] OtherHeaders = ["date", "x-envoy-upstream-service-time", "content-type"];

    /// <summary>Models of the recordings that the service has removed since then, and their successors.</summary>
    private static readonly Dictionary<string, string> Successors = new()
    {
        ["command-r"] = "command-r-08-2024",
        ["rerank-multilingual-v2.0"] = "rerank-multilingual-v3.0",
        ["rerank-english-v2.0"] = "rerank-english-v3.0",
    };

    public static TheoryData<string> Names =>
    [
        .. RecordedExchange.Names.Where(name => RecordedExchange.Load(name).Any(IsCompared)),
    ];

    [RecordedTheory]
    [MemberData(nameof(Names))]
    public async Task The_emulator_answers_in_the_form_of_the_service(string name)
    {
        foreach (RecordedExchange recorded in RecordedExchange.Load(name).Where(IsCompared))
        {
            bool isTrial = recorded.Headers.ContainsKey("x-trial-endpoint-call-limit");
            using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { KeyType = isTrial ? CohereKeyType.Trial : null });
            string body = recorded.Request.ValueKind == JsonValueKind.Object ? recorded.Request.GetRawText() : string.Empty;
            string path = recorded.Path;
            foreach ((string removed, string successor) in Successors)
            {
                body = body.Replace($"\"{removed}\"", $"\"{successor}\"", StringComparison.Ordinal);
                path = path.EndsWith("/" + removed, StringComparison.Ordinal) ? path[..^removed.Length] + successor : path;
            }

            using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, recorded.Method, path, recorded.Method == "GET" ? null : body);

            Assert.Equal(recorded.Status, answer.Status);
            Assert.Equal("application/json", answer.ContentType);
            Assert.Equal(Expected(recorded), Shape(JsonNode.Parse(answer.Body)!, recorded));
            Assert.Equal(Headers(recorded.Headers.Keys, recorded), Headers(answer.Headers.Select(header => header.Key), recorded));
        }
    }

    [RecordedTheory]
    [InlineData("err__401_invalid")]
    [InlineData("err__429_minute")]
    [InlineData("err__429_month")]
    [InlineData("err__400_v1chat")]
    public async Task An_error_has_the_text_of_the_service(string name)
    {
        RecordedExchange recorded = RecordedExchange.Load(name).Single();
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { EnforceRateLimit = true }, name == "err__401_invalid" ? "invalid" : "any");
        EmulatedAnswer answer = name == "err__400_v1chat" ? await EmulatedAnswer.ToAsync(client, "POST", "/v1/chat", """{"message":"a","model":"command-a-vision-07-2025"}""")
            : name == "err__429_month" ? await UntilRefusedAsync(client, index => EmulatedAnswer.ToAsync(client, index % 3 == 0 ? "GET" : "POST", Paths[index % 3], index % 3 == 0 ? null : "{}"))
            : await UntilRefusedAsync(client, _ => EmulatedAnswer.ToAsync(client, "POST", recorded.Path, """{"model":"rerank-v3.5","query":"a","documents":["a"]}"""));
        using (answer)
        {
            JsonObject expected = JsonNode.Parse(recorded.Body)!.AsObject();
            Assert.Equal(recorded.Status, answer.Status);
            Assert.Equal(expected.Select(property => property.Key), answer.Json.EnumerateObject().Select(property => property.Name));
            Assert.Equal((string)expected["message"]!, answer.Message);
            Assert.Equal(Headers(recorded.Headers.Keys, recorded), Headers(answer.Headers.Select(header => header.Key), recorded));
            Assert.Null(answer.Headers.RetryAfter);
        }
    }

    // Three operations, because a single one would reach its limit per minute first.
    private static readonly string[] Paths = ["/v1/models", "/v1/check-api-key", "/v1/detokenize"];

    private static async Task<EmulatedAnswer> UntilRefusedAsync(HttpClient client, Func<int, Task<EmulatedAnswer>> ask)
    {
        for (int index = 0; ; index++)
        {
            EmulatedAnswer answer = await ask(index);
            if (answer.Status is 401 or 429)
            {
                return answer;
            }

            answer.Dispose();
        }
    }

    // Quoted errors have no request.
    private static bool IsCompared(RecordedExchange recorded) =>
        !recorded.Path.EndsWith("/chat", StringComparison.Ordinal) && (recorded.Method == "GET" || recorded.Request.ValueKind == JsonValueKind.Object);

    private static string Expected(RecordedExchange recorded)
    {
        JsonObject answer = JsonNode.Parse(recorded.Body)!.AsObject();
        if (recorded.Path.Contains("/models/", StringComparison.Ordinal))
        {
            // The emulator sends the facts of the configuration, and not how the service runs the model. In 2025, the
            // service sent neither a configuration nor features.
            answer.Remove("config");
            answer["features"] ??= new JsonArray("tools");
        }

        return Shape(answer, recorded);
    }

    private static string Shape(JsonNode node, RecordedExchange recorded)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        Add(lines, string.Empty, node);
        lines.RemoveWhere(line => recorded.Path.Contains("/models/", StringComparison.Ordinal) && line.StartsWith(".config", StringComparison.Ordinal));
        return string.Join("\n", lines);
    }

    private static void Add(SortedSet<string> lines, string path, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject item:
                foreach ((string name, JsonNode? value) in item)
                {
                    Add(lines, path + "." + name, value);
                }

                break;
            case JsonArray list:
                lines.Add(path + "[]");
                foreach (JsonNode? value in list)
                {
                    Add(lines, path + "[]", value);
                }

                break;
            default:
                JsonValueKind kind = node?.GetValueKind() ?? JsonValueKind.Null;
                lines.Add(path + " " + (kind is JsonValueKind.True or JsonValueKind.False ? "Bool" : kind));
                break;
        }
    }

    // A warning of 2025 says that tokenize doesn't have a model. The description requires it now. Some recordings kept only
    // a few headers.
    private static IReadOnlyList<string> Headers(IEnumerable<string> names, RecordedExchange recorded) =>
    [
        .. names.Select(name => name.ToLowerInvariant())
            .Where(name => !OtherHeaders.Contains(name) && name != "x-api-warning" && (name != "x-debug-trace-id" || recorded.Headers.ContainsKey(name)))
            .Order(StringComparer.Ordinal),
    ];
}
