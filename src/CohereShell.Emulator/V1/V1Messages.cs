using System.Text.Json.Nodes;

namespace CohereShell.Emulation;

/// <summary>Converts the history of v1 to messages of v2. Tool calls of v1 have no ids, so they get some here.</summary>
internal sealed class V1Messages
{
    private readonly JsonArray _messages = [];
    private readonly Queue<string> _unanswered = new();
    private int _calls;

    internal JsonArray ToJson() => _messages;

    internal void Add(string role, string text) => _messages.Add(new JsonObject { ["role"] = role, ["content"] = text });

    internal void Add(Field turn)
    {
        // Clients also write 'User' and 'Chatbot'.
        string role = (turn["role"].Text() ?? throw turn["role"].Invalid("is required.")).ToUpperInvariant();
        string text = turn["message"].Text() ?? string.Empty;
        switch (role)
        {
            case "USER":
            case "SYSTEM":
                Add(role.ToLowerInvariant(), text);
                break;
            case "CHATBOT" when turn["tool_calls"].Items().Count > 0:
                AddCalls(text, turn["tool_calls"].Items());
                break;
            case "CHATBOT":
                Add("assistant", text);
                break;
            case "TOOL":
                AddResults(turn["tool_results"].Items());
                break;
            default:
                throw turn["role"].Invalid($"must be one of CHATBOT, SYSTEM, TOOL, USER - received '{turn["role"].Text()}'.");
        }
    }

    /// <summary>Adds the results of tools. Calls that the history doesn't contain are added before them.</summary>
    internal void AddResults(IReadOnlyList<Field> results)
    {
        if (_unanswered.Count == 0)
        {
            AddCalls(string.Empty, results.Select(result => result.Object()["call"]).ToArray());
        }

        foreach (Field result in results)
        {
            string id = _unanswered.Count > 0 ? _unanswered.Dequeue() : throw result["call"].Invalid("has no call in the history.");
            JsonNode[] outputs = result["outputs"].Items()
                .Select(output => (JsonNode)new JsonObject
                {
                    ["type"] = "document",
                    ["document"] = new JsonObject { ["data"] = V1ChatRequest.Copy(output.Object()) },
                })
                .ToArray();
            _messages.Add(new JsonObject
            {
                ["role"] = "tool",
                ["tool_call_id"] = id,
                ["content"] = outputs.Length > 0 ? new JsonArray(outputs) : JsonValue.Create("no output"),
            });
        }

        _unanswered.Clear();
    }

    private void AddCalls(string plan, IReadOnlyList<Field> calls)
    {
        var converted = new JsonArray();
        foreach (Field call in calls)
        {
            string name = call.Object()["name"].Text() ?? throw call["name"].Invalid("is required.");
            string id = FormattableString.Invariant($"{name}:{_calls++}");
            _unanswered.Enqueue(id);
            converted.Add(new JsonObject
            {
                ["id"] = id,
                ["type"] = "function",
                ["function"] = new JsonObject
                {
                    ["name"] = name,
                    ["arguments"] = call["parameters"].Object().IsPresent ? call["parameters"].Element.GetRawText() : "{}",
                },
            });
        }

        _messages.Add(new JsonObject { ["role"] = "assistant", ["tool_plan"] = plan, ["tool_calls"] = converted });
    }
}
