using System.Text.Json.Nodes;

namespace CohereShell.Emulation;

/// <summary>Converts a tool of v1, whose parameters have types of Python, to a tool with a JSON schema.</summary>
internal static class V1Tool
{
    internal static JsonObject ToV2(Field tool)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        Field definitions = tool["parameter_definitions"].Object();
        foreach (JsonProperty parameter in definitions.IsPresent ? definitions.Element.EnumerateObject().ToArray() : [])
        {
            Field definition = definitions[parameter.Name].Object();
            properties[parameter.Name] = new JsonObject
            {
                ["type"] = SchemaType(definition["type"].Text() ?? throw definition["type"].Invalid("is required.")),
                ["description"] = definition["description"].Text() ?? string.Empty,
            };
            if (definition["required"].Flag())
            {
                required.Add(parameter.Name);
            }
        }

        return new JsonObject
        {
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = tool["name"].Text(),
                ["description"] = tool["description"].Text() ?? string.Empty,
                ["parameters"] = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required },
            },
        };
    }

    // Types with arguments occur too: 'List[str]', 'Dict[str, int]', 'Optional[int]'.
    private static string SchemaType(string type) => type.Split('[')[0].Trim().ToLowerInvariant() switch
    {
        "int" or "integer" => "integer",
        "float" or "number" => "number",
        "bool" or "boolean" => "boolean",
        "list" or "array" or "tuple" or "set" => "array",
        "dict" or "object" => "object",
        "optional" => SchemaType(type.Substring(type.IndexOf('[') + 1).TrimEnd(']')),
        _ => "string",
    };
}
