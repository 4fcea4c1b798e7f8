using System.Collections.Specialized;
using System.Linq;
using System.Management.Automation;
using System.Text.Json;

namespace CohereShell.Conversion;

/// <summary>
/// PowerShell objects from JSON. Unlike ConvertFrom-Json it leaves texts that look like dates alone.
/// </summary>
internal static class PowerShellObjects
{
    /// <exception cref="JsonException">Two names differ by case only, which an object cannot hold.</exception>
    public static object? FromJson(JsonElement element, bool asHashtable) => element.ValueKind switch
    {
        JsonValueKind.Object => asHashtable ? ToHashtable(element) : ToObject(element),
        JsonValueKind.Array => element.EnumerateArray().Select(item => FromJson(item, asHashtable)).ToArray(),
        _ => JsonValues.ToObject(element),
    };

    private static OrderedDictionary ToHashtable(JsonElement element)
    {
        var result = new OrderedDictionary();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            result[property.Name] = FromJson(property.Value, asHashtable: true);
        }

        return result;
    }

    private static PSObject ToObject(JsonElement element)
    {
        var result = new PSObject();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (result.Properties[property.Name] is { } twin)
            {
                throw new JsonException($"the names '{twin.Name}' and '{property.Name}' differ by case only; use -AsHashtable");
            }

            result.Properties.Add(new PSNoteProperty(property.Name, FromJson(property.Value, asHashtable: false)));
        }

        return result;
    }
}
