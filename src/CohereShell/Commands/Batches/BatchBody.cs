using System.Text.Json.Nodes;

namespace CohereShell.Commands;

/// <summary>
/// The bodies of a batch's requests. Some fields have a different form there, because a dataset column has the same
/// type in all rows. See https://docs.cohere.com/docs/batch.
/// </summary>
internal static class BatchBody
{
    /// <summary>Converts a body for chat or embed to the form that rows of a batch need.</summary>
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
