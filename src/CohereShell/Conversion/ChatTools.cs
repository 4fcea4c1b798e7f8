using System.Text.Json;
using CohereShell.Tools;

namespace CohereShell.Conversion;

/// <summary>Tools for chat from hashtables and objects.</summary>
internal static class ChatTools
{
    private const string EmptySchema = """{"type":"object","properties":{}}""";

    /// <exception cref="NotJsonException">The value is no tool.</exception>
    public static ChatTool From(object value)
    {
        if (PowerShellJson.Unwrap(value) is ChatTool tool)
        {
            return tool;
        }

        JsonElement element = PowerShellJson.Unwrap(value) is string json && json.TrimStart().StartsWith("{", System.StringComparison.Ordinal)
            ? JsonSerializer.Deserialize<JsonElement>(json)
            : PowerShellJson.ToElement(value);
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new NotJsonException("-Tool", "a tool is a hashtable with name, description and parameters");
        }

        // Cohere's own form has it all inside "function".
        JsonElement function = element.TryGetProperty("function", out JsonElement inner) ? inner : element;
        string name = TextIn(function, "name") ?? string.Empty;
        if (!ToolNames.IsValid(name))
        {
            throw new NotJsonException("-Tool", $"'{name}' is no name for a tool: {ToolNames.Rule}");
        }

        JsonElement parameters = function.TryGetProperty("parameters", out JsonElement schema) && schema.ValueKind == JsonValueKind.Object
            ? schema
            : JsonSerializer.Deserialize<JsonElement>(EmptySchema);
        return new ChatTool(name, TextIn(function, "description"), parameters);
    }

    private static string? TextIn(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
