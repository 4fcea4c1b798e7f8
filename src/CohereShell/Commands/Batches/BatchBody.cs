using System.Text.Json.Nodes;

namespace CohereShell.Commands;

/// <summary>
/// The bodies of the requests of a batch. Some fields have forms of their own there, because a column of a dataset has one
/// type in all rows: https://docs.cohere.com/docs/batch.
/// </summary>
internal static class BatchBody
{
    /// <summary>A body as the rows of a batch have it, of one as chat or embed take it.</summary>
    public static JsonObject Of(JsonObject body)
    {
        foreach (JsonObject part in Objects(body["messages"]).SelectMany(message => Objects(message["content"])))
        {
            if (part["image_url"] is JsonObject image && image["url"] is { } url)
            {
                part["image_url"] = url.DeepClone();
            }
        }

        foreach (JsonObject function in Objects(body["tools"]).Select(tool => tool["function"]).OfType<JsonObject>())
        {
            if (function["parameters"] is JsonObject schema)
            {
                function["parameters"] = schema.ToJsonString();
            }
        }

        if (body["thinking"] is JsonObject thinking)
        {
            body.Remove("thinking");
            body["reasoning"] = thinking["type"] is JsonValue type && type.TryGetValue(out string? name) && name == "enabled";
            if (thinking["token_budget"] is { } budget)
            {
                body["thinking_budget"] = budget.DeepClone();
            }
        }

        return body;
    }

    public static JsonObject Of(ChatMessage message) => (JsonObject)JsonNode.Parse(JsonBody.Serialize(message, ChatJsonContext.Default.ChatMessage))!;

    private static IEnumerable<JsonObject> Objects(JsonNode? list) => list is JsonArray items ? items.OfType<JsonObject>() : [];
}
