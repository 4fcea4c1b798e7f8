using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Text.Json;

namespace CohereShell.Conversion;

/// <summary>Documents for chat from strings, hashtables, objects and files.</summary>
internal static class Documents
{
    /// <exception cref="NotJsonException">The value cannot be said in JSON.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ChatDocument From(object value) => PowerShellJson.Unwrap(value) switch
    {
        string text => new ChatDocument(text),
        ChatDocument document => document,
        // The text, not the dozens of properties of the file: nobody who pipes files means those.
        FileInfo file => FromData(PowerShellJson.ToElement(new Dictionary<string, string>
        {
            // The name without the folder: a path says more of the machine than a model needs to know.
            ["id"] = file.Name,
            ["title"] = file.Name,
            ["text"] = File.ReadAllText(file.FullName),
        })),
        IDictionary or PSObject => FromData(PowerShellJson.ToElement(value)),
        bool or char or System.Enum or System.IFormattable => new ChatDocument(LanguagePrimitives.ConvertTo<string>(value)),
        _ => FromData(PowerShellJson.ToElement(value)),
    };

    // { id, data: {…} } is Cohere's own form. Else all fields are the data, and one called id is what citations use.
    private static ChatDocument FromData(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new ChatDocument(element.GetRawText());
        }

        string? id = element.TryGetProperty("id", out JsonElement found) && found.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? found.ToString()
            : null;
        if (element.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Object)
        {
            return new ChatDocument(data.Clone(), id);
        }

        return id is null ? new ChatDocument(element) : new ChatDocument(Without(element, "id"), id);
    }

    private static JsonElement Without(JsonElement element, string name)
    {
        var rest = new Dictionary<string, JsonElement>();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name != name)
            {
                rest[property.Name] = property.Value;
            }
        }

        return PowerShellJson.ToElement(rest);
    }
}
