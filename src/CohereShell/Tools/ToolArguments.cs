using System.Collections.Specialized;
using System.Text.Json;

namespace CohereShell.Tools;

/// <summary>
/// Checks the arguments of a tool call against the tool's schema and converts them to values for splatting. A value
/// stays a value: no text of a model is ever parsed as PowerShell.
/// </summary>
internal static class ToolArguments
{
    /// <summary>Checks the arguments that a model wrote for a tool, and lists all problems.</summary>
    public static ToolBinding Bind(CommandTool tool, ToolCall call)
    {
        string json = call.JsonArguments;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Bind(tool, document.RootElement)
                : Refuse(tool, $"the arguments must be a JSON object, but were {ArgumentReader.Show(document.RootElement)}");
        }
        catch (JsonException exception)
        {
            return Refuse(tool, $"the arguments must be a JSON object: {DisplayText.OneLine(exception.Message, 200)}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair. JSON's grammar allows it, but a text can't contain it.
            return Refuse(tool, "the arguments contain characters that aren't valid Unicode");
        }
    }

    private static ToolBinding Bind(CommandTool tool, JsonElement arguments)
    {
        JsonElement schema = tool.Function.Parameters;
        KeyValuePair<string, JsonElement>[] properties = PropertiesOf(schema);
        var reader = new ArgumentReader();
        var values = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        var given = new HashSet<string>(StringComparer.Ordinal);
        bool isNamingWrong = false;
        foreach (JsonProperty argument in arguments.EnumerateObject())
        {
            if (Find(properties, argument.Name) is not { } property || tool.ParameterFor(property.Key) is not { } parameter)
            {
                reader.Refuse($"parameter {DisplayText.OneLine(argument.Name, 60)} doesn't exist");
                isNamingWrong = true;
            }
            else if (!given.Add(property.Key))
            {
                reader.Refuse($"parameter {property.Key} is specified twice");
            }
            else if (argument.Value.ValueKind != JsonValueKind.Null || ArgumentReader.TakesNull(property.Value))
            {
                values[parameter.Name] = reader.Read(argument.Value, property.Value, property.Key, parameter.Type);
            }
            else
            {
                // Models write null for parameters that they leave out.
                given.Remove(property.Key);
            }
        }

        foreach (string missing in RequiredBy(schema).Where(name => !given.Contains(name)))
        {
            reader.Refuse($"parameter {missing} is required");
            isNamingWrong = true;
        }

        return reader.Problems.Count == 0 ? new ToolBinding(values)
            : isNamingWrong ? Refuse(tool, [.. reader.Problems])
            : new ToolBinding(reader.Problems);
    }

    // The complete list saves the model another guess.
    private static ToolBinding Refuse(CommandTool tool, params string[] problems)
    {
        string[] required = RequiredBy(tool.Function.Parameters);
        string[] names = PropertiesOf(tool.Function.Parameters)
            .Select(property => required.Contains(property.Key, StringComparer.Ordinal) ? property.Key + " (required)" : property.Key)
            .ToArray();
        return new ToolBinding((string[])[.. problems, names.Length > 0 ? $"the parameters are {string.Join(", ", names)}" : "the tool has no parameters"]);
    }

    // PowerShell's names aren't case-sensitive, so the model's aren't either.
    private static KeyValuePair<string, JsonElement>? Find(KeyValuePair<string, JsonElement>[] properties, string name)
    {
        KeyValuePair<string, JsonElement>[] found = properties.Where(property => string.Equals(property.Key, name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found.Length == 1 ? found[0] : found.Where(property => property.Key == name).Select(property => (KeyValuePair<string, JsonElement>?)property).FirstOrDefault();
    }

    private static KeyValuePair<string, JsonElement>[] PropertiesOf(JsonElement schema) =>
        schema.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(property => new KeyValuePair<string, JsonElement>(property.Name, property.Value)).ToArray()
            : [];

    private static string[] RequiredBy(JsonElement schema) =>
        schema.TryGetProperty("required", out JsonElement required) && required.ValueKind == JsonValueKind.Array
            ? required.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!).ToArray()
            : [];
}
