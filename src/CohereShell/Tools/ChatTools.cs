using System.Collections;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Tools;

/// <summary>Makes tools for chat from all supported forms: tools, commands, names of commands, hashtables, JSON.</summary>
internal static class ChatTools
{
    private const string EmptySchema = """{"type":"object","properties":{}}""";

    /// <summary>The tools. A value that can't be a tool ends the command.</summary>
    /// <exception cref="NotJsonException">A value isn't a tool.</exception>
    /// <exception cref="JsonException">A string starts like JSON but isn't valid JSON.</exception>
    public static ChatTool[] From(PSCmdlet command, object[] values)
    {
        try
        {
            ChatTool[] tools = values.SelectMany(value => Flatten(value)).Select(value => From(value, command.InvokeCommand)).ToArray();
            // The model calls a tool by its name, and PowerShell's names aren't case-sensitive.
            if (tools.GroupBy(tool => tool.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twins)
            {
                throw new ToolException(ErrorRecords.InvalidCombination(
                    $"Two of the tools have the name {twins.Key}.",
                    "Use another name for one of them: New-CohereTool -Name",
                    twins.Last()));
            }

            return tools;
        }
        catch (ToolException exception)
        {
            command.ThrowTerminatingError(exception.Record);
            throw;
        }
    }

    /// <summary>Reads a schema for a tool's parameters from a hashtable, an object or JSON.</summary>
    /// <exception cref="NotJsonException">JSON can't represent the value, or it isn't the schema of an object.</exception>
    /// <exception cref="JsonException">The value is a string that isn't valid JSON.</exception>
    public static JsonElement ReadSchema(object value)
    {
        JsonElement schema = PowerShellJson.Unwrap(value) is string json ? JsonSerializer.Deserialize<JsonElement>(json) : PowerShellJson.ToElement(value);
        return IsObject(schema) ? schema : throw new NotJsonException("-JsonSchema", "the type of the schema of a tool's parameters must be object");
    }

    /// <summary>Whether a JSON schema describes an object, which the API requires.</summary>
    public static bool IsObject(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("type", out JsonElement type)
        && type.ValueKind == JsonValueKind.String
        && type.GetString() == "object";

    /// <summary>Makes a tool from a value.</summary>
    /// <exception cref="ToolException">A command can't be a tool.</exception>
    /// <exception cref="NotJsonException">A value isn't a tool.</exception>
    /// <exception cref="JsonException">A string starts like JSON but isn't valid JSON.</exception>
    public static ChatTool From(object value, CommandInvocationIntrinsics engine) => PowerShellJson.Unwrap(value) switch
    {
        ChatTool tool => tool,
        CommandInfo command => CommandTools.From(command, new ToolOptions(), engine),
        ScriptBlock script => throw new ToolException(ErrorRecords.InvalidCombination(
            "A script block has no name that a model could call.",
            "Make it a tool first: New-CohereTool -Name Get_Ticket -ScriptBlock { … }",
            script)),
        string json when json.TrimStart().StartsWith("{", StringComparison.Ordinal) => FromJson(JsonSerializer.Deserialize<JsonElement>(json)),
        string name => CommandTools.From(CommandTools.Find(name, engine), new ToolOptions(), engine),
        _ => FromJson(PowerShellJson.ToElement(value)),
    };

    // The output of a command in parentheses is a list within the list.
    private static IEnumerable<object> Flatten(object value) =>
        PowerShellJson.Unwrap(value) is IEnumerable list and not (string or IDictionary) ? list.Cast<object>() : [value];

    private static ChatTool FromJson(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new NotJsonException("-Tool", "a tool is a command, or a hashtable with name, description and parameters");
        }

        // In Cohere's own format, everything is inside "function".
        JsonElement function = element.TryGetProperty("function", out JsonElement inner) ? inner : element;
        string name = TextIn(function, "name") ?? string.Empty;
        if (!ToolNames.IsValid(name))
        {
            throw new NotJsonException("-Tool", $"'{name}' isn't a valid name for a tool: use {ToolNames.Rule}");
        }

        JsonElement parameters = function.TryGetProperty("parameters", out JsonElement schema) && schema.ValueKind == JsonValueKind.Object
            ? schema
            : JsonSerializer.Deserialize<JsonElement>(EmptySchema);
        return new ChatTool(name, TextIn(function, "description"), parameters);
    }

    private static string? TextIn(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
