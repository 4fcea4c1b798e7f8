using System.Collections.Specialized;
using System.Text.Json;

namespace CohereShell.Json;

/// <summary>Converts JSON to PowerShell objects. Unlike ConvertFrom-Json, it doesn't change texts that look like dates.</summary>
internal static class PowerShellObjects
{
    /// <exception cref="JsonException">Two names differ only by case. An object can't contain both.</exception>
    public static object? FromJson(JsonElement element, bool asHashtable) => element.ValueKind switch
    {
        JsonValueKind.Object => asHashtable ? ToHashtable(element) : ToObject(element),
        JsonValueKind.Array => element.EnumerateArray().Select(item => FromJson(item, asHashtable)).ToArray(),
        _ => JsonValues.ToObject(element),
    };

    /// <summary>Converts a row of plain values. Dictionaries at all levels become objects.</summary>
    /// <remarks>If two names differ only by case, which an object can't contain, they stay a dictionary.</remarks>
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
            // Duplicates were checked before. PowerShell would check again for every property of every row.
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
                throw new JsonException($"the names '{twin.Name}' and '{property.Name}' differ only by case. Use -AsHashtable.");
            }

            result.Properties.Add(new PSNoteProperty(property.Name, FromJson(property.Value, asHashtable: false)));
        }

        return result;
    }
}
