using System.Text.Json.Nodes;

namespace CohereShell.Emulation;

/// <summary>
/// Converts the body of a row to a body that the endpoint accepts. Rows use different formats for some fields, because
/// all rows of a dataset must have the same types: https://docs.cohere.com/docs/batch.
/// </summary>
internal static class BatchRowBody
{
    // The emulator ignores these fields.
    private static readonly string[] Unused = ["stream", "max_input_tokens", "return_prompt"];

    internal static byte[] Body(JsonElement body, string model)
    {
        JsonObject request = JsonObject.Create(body)!;
        foreach (string name in Unused.Concat(request.Where(field => field.Value is null).Select(field => field.Key)).ToArray())
        {
            request.Remove(name);
        }

        request["model"] = model;
        foreach (JsonObject part in Objects(request["messages"]).SelectMany(message => Objects(message["content"])))
        {
            if (part["image_url"] is JsonValue url)
            {
                part["image_url"] = new JsonObject { ["url"] = url.DeepClone() };
            }
        }

        foreach (JsonObject function in Objects(request["tools"]).Select(tool => tool["function"]).OfType<JsonObject>())
        {
            if (function["parameters"] is JsonValue text && text.TryGetValue(out string? json) && JsonText.TryParse(json) is { } schema)
            {
                function["parameters"] = JsonObject.Create(schema);
            }
        }

        Think(request);
        return EmulatorJson.Write(writer => request.WriteTo(writer));
    }

    private static void Think(JsonObject request)
    {
        JsonNode? budget = request["thinking_budget"]?.DeepClone();
        if (request["reasoning"] is JsonValue reasoning && reasoning.TryGetValue(out bool thinks))
        {
            request["thinking"] = new JsonObject { ["type"] = thinks ? "enabled" : "disabled" };
            if (thinks && budget is not null)
            {
                request["thinking"]!["token_budget"] = budget;
            }
        }

        request.Remove("reasoning");
        request.Remove("thinking_budget");
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? list) => list is JsonArray items ? items.OfType<JsonObject>() : [];
}
