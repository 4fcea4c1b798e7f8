using System.Text.Json.Nodes;

namespace CohereShell.Emulation;

/// <summary>A chat request of v1, converted to v2.</summary>
internal sealed class V1ChatRequest
{
    private static readonly string[] SameFields =
        ["temperature", "max_tokens", "k", "p", "seed", "stop_sequences", "frequency_penalty", "presence_penalty", "raw_prompting", "stream"];

    private V1ChatRequest(JsonObject body) => Body = body;

    /// <summary>The body of the request in v2.</summary>
    internal JsonObject Body { get; }

    /// <summary>The history with the messages of this request, in the form of v1. The answer returns it.</summary>
    internal JsonArray History { get; } = [];

    /// <summary>The documents, each with an id.</summary>
    internal JsonArray Documents { get; } = [];

    internal static string ModelOf(Field root) => root["model"].Text() is { Length: > 0 } model ? model : EmulatedModels.DefaultOf("chat").Name;

    /// <exception cref="EmulatorException">Cohere would refuse the request.</exception>
    internal static V1ChatRequest Read(Field root)
    {
        var request = new V1ChatRequest(new JsonObject { ["model"] = ModelOf(root) });
        CheckModel(EmulatedModels.Named(ModelOf(root)));
        CheckRetired(root);
        root["conversation_id"].Text();
        root["prompt_truncation"].OneOf("OFF", "AUTO", "AUTO_PRESERVE_ORDER");
        root["max_input_tokens"].Integer(0, int.MaxValue, "must be at least 0.");
        root["force_single_step"].Flag();
        foreach (string name in SameFields.Where(name => root[name].IsPresent))
        {
            request.Body[name] = Copy(root[name]);
        }

        request.ReadMessages(root);
        request.ReadTools(root["tools"]);
        request.ReadDocuments(root["documents"]);
        request.ReadModes(root);
        return request;
    }

    internal static JsonNode? Copy(Field field) => JsonNode.Parse(field.Element.GetRawText());

    private static void CheckModel(EmulatedModel model)
    {
        if (model.HasFeature("reasoning") || model.HasFeature("vision"))
        {
            throw new EmulatorException(
                400,
                "invalid request: this model is not supported with '/v1/chat', please use '/v2/chat' instead. More details in the migration guide: https://docs.cohere.com/docs/migrating-v1-to-v2");
        }
    }

    private static void CheckRetired(Field root)
    {
        string? retired = root["connectors"].Items().Count > 0 ? "connectors" : root["search_queries_only"].Flag() ? "search_queries_only" : null;
        if (retired is not null)
        {
            throw new EmulatorException(
                400, $"invalid request: {retired} {(retired == "connectors" ? "were" : "was")} removed on September 15, 2025. See https://docs.cohere.com/docs/deprecations for what you can use instead.");
        }
    }

    private void ReadMessages(Field root)
    {
        string message = root["message"].Text() ?? string.Empty;
        IReadOnlyList<Field> results = root["tool_results"].Items();
        if (message.Trim().Length == 0 && results.Count == 0)
        {
            throw new EmulatorException(400, "invalid request: message must be at least 1 token long or tool results must be specified.");
        }

        var messages = new V1Messages();
        if (root["preamble"].Text() is { Length: > 0 } preamble)
        {
            messages.Add("system", preamble);
        }

        foreach (Field turn in root["chat_history"].Items())
        {
            messages.Add(turn.Object());
            History.Add(Copy(turn));
        }

        if (message.Trim().Length > 0)
        {
            messages.Add("user", message);
            History.Add(new JsonObject { ["role"] = "USER", ["message"] = message });
        }

        if (results.Count > 0)
        {
            messages.AddResults(results);
            History.Add(new JsonObject { ["role"] = "TOOL", ["tool_results"] = Copy(root["tool_results"]) });
        }

        Body["messages"] = messages.ToJson();
    }

    private void ReadTools(Field tools)
    {
        if (tools.Items().Count > 0)
        {
            Body["tools"] = new JsonArray(tools.Items().Select(tool => (JsonNode)V1Tool.ToV2(tool.Object())).ToArray());
        }
    }

    private void ReadDocuments(Field documents)
    {
        var converted = new JsonArray();
        foreach (Field document in documents.Items())
        {
            JsonObject data = document.IsObject ? (JsonObject)Copy(document)! : throw document.WrongType("object");
            data["id"] = document["id"].Text() ?? FormattableString.Invariant($"doc_{converted.Count}");
            Documents.Add(data);
            var shown = (JsonObject)data.DeepClone();
            foreach (string hidden in document["_excludes"].Texts().Concat(["_excludes", "id"]))
            {
                shown.Remove(hidden);
            }

            converted.Add(new JsonObject { ["id"] = data["id"]!.DeepClone(), ["data"] = shown });
        }

        if (converted.Count > 0)
        {
            Body["documents"] = converted;
        }
    }

    private void ReadModes(Field root)
    {
        if (root["citation_quality"].Text() is { } quality)
        {
            Body["citation_options"] = new JsonObject { ["mode"] = quality.ToUpperInvariant() };
        }

        if (root["safety_mode"].OneOf("CONTEXTUAL", "STRICT", "NONE") is { } safety)
        {
            Body["safety_mode"] = safety == "NONE" ? "OFF" : safety;
        }

        Field format = root["response_format"].Object();
        if (format.IsPresent)
        {
            var converted = new JsonObject { ["type"] = format["type"].Text() };
            if (format["schema"].IsPresent)
            {
                converted["json_schema"] = Copy(format["schema"]);
            }

            Body["response_format"] = converted;
        }
    }
}
