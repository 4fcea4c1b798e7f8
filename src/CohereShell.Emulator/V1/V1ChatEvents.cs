using System.Text;
using System.Text.Json.Nodes;

namespace CohereShell.Emulation;

/// <summary>Converts the events of a stream to v1.</summary>
/// <param name="request">The request.</param>
/// <param name="answer">Collects the answer, which the last event contains.</param>
/// <param name="isEventStream">Whether the events are server-sent events. Otherwise, each event is a line.</param>
internal sealed class V1ChatEvents(V1ChatRequest request, V1ChatAnswer answer, bool isEventStream)
{
    internal IEnumerable<byte[]> Of(IEnumerable<byte[]> events)
    {
        foreach (byte[] one in events)
        {
            if (DataOf(one) is { } data)
            {
                using JsonDocument document = JsonDocument.Parse(data);
                foreach (JsonObject converted in Convert(document.RootElement))
                {
                    yield return Bytes(converted);
                }
            }
        }
    }

    // The mark at the end of a stream isn't JSON, and v1 doesn't have it.
    private static string? DataOf(byte[] bytes)
    {
        const string Name = "data: ";
        string? line = Encoding.UTF8.GetString(bytes).Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        string? data = line?.Substring(Name.Length);
        return data is { Length: > 0 } && data[0] == '{' ? data : null;
    }

    private static JsonObject Event(string type) => new() { ["is_finished"] = type == "stream-end", ["event_type"] = type };

    private IEnumerable<JsonObject> Convert(JsonElement one)
    {
        string type = one.GetProperty("type").GetString()!;
        if (type == "message-start")
        {
            return Start();
        }

        if (type is not ("content-delta" or "tool-plan-delta" or "tool-call-start" or "tool-call-delta" or "citation-start" or "message-end"))
        {
            return [];
        }

        JsonElement delta = one.GetProperty("delta");
        return type == "message-end" ? End(delta) : [Delta(type, one, delta.GetProperty("message"))];
    }

    private IEnumerable<JsonObject> Start()
    {
        JsonObject start = Event("stream-start");
        start["generation_id"] = answer.GenerationId;
        yield return start;
        if (request.Documents.Count > 0)
        {
            JsonObject results = Event("search-results");
            results["search_results"] = new JsonArray();
            results["documents"] = request.Documents.DeepClone();
            yield return results;
        }
    }

    private JsonObject Delta(string type, JsonElement one, JsonElement message)
    {
        JsonObject converted;
        switch (type)
        {
            case "content-delta":
                string text = message.GetProperty("content").TryGetProperty("text", out JsonElement piece) ? piece.GetString()! : string.Empty;
                answer.AddText(text);
                converted = Event("text-generation");
                converted["text"] = text;
                return converted;
            case "tool-plan-delta":
                string plan = message.GetProperty("tool_plan").GetString()!;
                answer.AddText(plan);
                return Chunk(new JsonObject { ["text"] = plan }, plan);
            case "tool-call-start":
                JsonElement call = message.GetProperty("tool_calls");
                answer.StartCall(call);
                return Chunk(new JsonObject { ["name"] = call.GetProperty("function").GetProperty("name").GetString(), ["index"] = one.GetProperty("index").GetInt32() });
            case "tool-call-delta":
                string arguments = message.GetProperty("tool_calls").GetProperty("function").GetProperty("arguments").GetString()!;
                answer.AddArguments(arguments);
                return Chunk(new JsonObject { ["index"] = one.GetProperty("index").GetInt32(), ["parameters"] = arguments });
            default:
                converted = Event("citation-generation");
                converted["citations"] = new JsonArray(answer.AddCitation(message.GetProperty("citations")));
                return converted;
        }
    }

    private static JsonObject Chunk(JsonObject delta, string? text = null)
    {
        JsonObject chunk = Event("tool-calls-chunk");
        chunk["tool_call_delta"] = delta;
        if (text is not null)
        {
            chunk["text"] = text;
        }

        return chunk;
    }

    private IEnumerable<JsonObject> End(JsonElement delta)
    {
        answer.End(delta);
        if (answer.CallsTools)
        {
            JsonObject calls = Event("tool-calls-generation");
            calls["text"] = answer.Text;
            calls["tool_calls"] = answer.ToolCalls();
            yield return calls;
        }

        JsonObject end = Event("stream-end");
        end["finish_reason"] = answer.StreamFinishReason;
        end["response"] = answer.ToJson();
        yield return end;
    }

    private byte[] Bytes(JsonObject one)
    {
        byte[] json = EmulatorJson.Write(writer => one.WriteTo(writer));
        return isEventStream
            ? [.. Encoding.ASCII.GetBytes("event: " + one["event_type"]!.GetValue<string>() + "\ndata: "), .. json, (byte)'\n', (byte)'\n']
            : [.. json, (byte)'\n'];
    }
}
