using System.Collections.Specialized;
using System.Text.Json;

namespace CohereShell.Json;

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

    /// <summary>A row of plain values: dictionaries become objects, down to the bottom.</summary>
    /// <remarks>Where two names differ by case only, which an object cannot hold, they stay a dictionary.</remarks>
    public static object? FromValues(object? value) => value switch
    {
        IReadOnlyDictionary<string, object?> dictionary => ToObject(dictionary),
        object?[] items => items.Select(FromValues).ToArray(),
        _ => value,
    };

    private static object ToObject(IReadOnlyDictionary<string, object?> dictionary)
    {
        if (dictionary.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() < dictionary.Count)
        {
            var ordered = new OrderedDictionary(StringComparer.Ordinal);
            foreach (KeyValuePair<string, object?> entry in dictionary)
            {
                ordered[entry.Key] = FromValues(entry.Value);
            }

            return ordered;
        }

        var result = new PSObject();
        foreach (KeyValuePair<string, object?> entry in dictionary)
        {
            // Looked for already; PowerShell would look again, for every property of every row.
            result.Properties.Add(new PSNoteProperty(entry.Key, FromValues(entry.Value)), preValidated: true);
        }

        return result;
    }

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
