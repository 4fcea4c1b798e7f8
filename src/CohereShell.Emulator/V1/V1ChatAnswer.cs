using System.Text;
using System.Text.Json.Nodes;

namespace CohereShell.Emulation;

/// <summary>The answer of v1, collected from a complete answer of v2 or from its events.</summary>
/// <param name="id">The id of the response.</param>
/// <param name="request">The request.</param>
internal sealed class V1ChatAnswer(string id, V1ChatRequest request)
{
    private readonly StringBuilder _text = new();
    private readonly JsonArray _citations = [];
    private readonly Dictionary<string, JsonObject> _cited = new(StringComparer.Ordinal);
    private readonly List<V1ToolCall> _calls = [];
    private string _finishReason = "COMPLETE";
    private JsonObject? _usage;

    internal string GenerationId { get; } = StableHash.Id("generation " + id);

    internal bool CallsTools => _calls.Count > 0;

    /// <summary>The reason why the answer ended. The end of a stream has fewer of them.</summary>
    internal string StreamFinishReason => _finishReason is "MAX_TOKENS" or "ERROR" ? _finishReason : "COMPLETE";

    internal string Text => _text.ToString();

    internal void Take(JsonElement complete)
    {
        JsonElement message = complete.GetProperty("message");
        foreach (JsonElement block in Items(message, "content").Where(block => block.TryGetProperty("text", out _)))
        {
            AddText(block.GetProperty("text").GetString()!);
        }

        foreach (JsonElement call in Items(message, "tool_calls"))
        {
            StartCall(call);
        }

        if (CallsTools && message.TryGetProperty("tool_plan", out JsonElement plan))
        {
            AddText(plan.GetString()!);
        }

        foreach (JsonElement citation in Items(message, "citations"))
        {
            AddCitation(citation);
        }

        End(complete);
    }

    internal void AddText(string text) => _text.Append(text);

    internal void StartCall(JsonElement call)
    {
        JsonElement function = call.GetProperty("function");
        var started = new V1ToolCall(function.GetProperty("name").GetString()!);
        _calls.Add(started);
        started.Arguments.Append(function.TryGetProperty("arguments", out JsonElement arguments) ? arguments.GetString() : null);
    }

    internal void AddArguments(string piece) => _calls[_calls.Count - 1].Arguments.Append(piece);

    /// <summary>Adds a citation, and returns it in the form of v1.</summary>
    internal JsonObject AddCitation(JsonElement citation)
    {
        var ids = new JsonArray();
        foreach (JsonElement source in Items(citation, "sources"))
        {
            string sourceId = source.GetProperty("id").GetString()!;
            ids.Add(sourceId);
            _cited[sourceId] = Document(sourceId, source);
        }

        var converted = new JsonObject
        {
            ["start"] = citation.GetProperty("start").GetInt32(),
            ["end"] = citation.GetProperty("end").GetInt32(),
            ["text"] = citation.GetProperty("text").GetString(),
            ["document_ids"] = ids,
            ["type"] = "TEXT_CONTENT",
        };
        _citations.Add(converted.DeepClone());
        return converted;
    }

    /// <summary>Takes the reason for the end and the usage from the answer or the delta of the last event.</summary>
    internal void End(JsonElement end)
    {
        _finishReason = end.GetProperty("finish_reason").GetString() switch
        {
            "TOOL_CALL" => "COMPLETE",
            "TIMEOUT" => "ERROR",
            var reason => reason!,
        };
        _usage = end.TryGetProperty("usage", out JsonElement usage) ? JsonObject.Create(usage.Clone()) : null;
    }

    internal JsonArray ToolCalls() => new(_calls.Select(call => (JsonNode)call.ToJson()).ToArray());

    internal JsonObject ToJson()
    {
        var answer = new JsonObject { ["response_id"] = id, ["text"] = Text, ["generation_id"] = GenerationId };
        var history = (JsonArray)request.History.DeepClone();
        var turn = new JsonObject { ["role"] = "CHATBOT", ["message"] = Text };
        history.Add(turn);
        answer["chat_history"] = history;
        answer["finish_reason"] = _finishReason;
        answer["meta"] = Meta();
        if (_citations.Count > 0)
        {
            answer["citations"] = _citations.DeepClone();
            answer["documents"] = new JsonArray(_cited.Values.Select(document => document.DeepClone()).ToArray());
        }

        if (CallsTools)
        {
            answer["tool_calls"] = ToolCalls();
            turn["tool_calls"] = ToolCalls();
        }

        return answer;
    }

    private static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private JsonObject Document(string sourceId, JsonElement source)
    {
        JsonNode? own = request.Documents.FirstOrDefault(document => document!["id"]!.GetValue<string>() == sourceId);
        if (own is not null)
        {
            return (JsonObject)own.DeepClone();
        }

        var document = new JsonObject { ["id"] = sourceId };
        if (source.TryGetProperty("tool_output", out JsonElement output) && output.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in output.EnumerateObject())
            {
                // The values of documents are texts.
                document[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : property.Value.GetRawText();
            }
        }

        return document;
    }

    private JsonObject Meta()
    {
        var meta = new JsonObject { ["api_version"] = new JsonObject { ["version"] = "1" } };
        foreach (string part in new[] { "billed_units", "tokens", "cached_tokens" })
        {
            if (_usage?[part] is { } value)
            {
                meta[part] = value.DeepClone();
            }
        }

        return meta;
    }

    private sealed class V1ToolCall(string name)
    {
        internal StringBuilder Arguments { get; } = new();

        internal JsonObject ToJson() => new()
        {
            ["name"] = name,
            ["parameters"] = JsonText.TryParse(Arguments.ToString()) is { ValueKind: JsonValueKind.Object } parameters ? JsonObject.Create(parameters) : [],
        };
    }
}
