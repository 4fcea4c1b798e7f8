namespace CohereShell;

/// <summary>Plain .NET values from JSON, which a script can use without a JSON library.</summary>
internal static class JsonValues
{
    /// <summary>
    /// Converts objects to ordered dictionaries, arrays to arrays, integers to Int64 or Decimal, and other numbers to
    /// Double. Strings stay strings, dates included.
    /// </summary>
    public static object? ToObject(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => ToDictionary(element),
        JsonValueKind.Array => element.EnumerateArray().Select(ToObject).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => ToNumber(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static Dictionary<string, object?> ToDictionary(JsonElement element)
    {
        var result = new Dictionary<string, object?>();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            result[property.Name] = ToObject(property.Value);
        }

        return result;
    }

    private static object ToNumber(JsonElement element)
    {
        if (element.TryGetInt64(out long whole))
        {
            return whole;
        }

        string text = element.GetRawText();
        return text.IndexOfAny(['.', 'e', 'E']) < 0 && element.TryGetDecimal(out decimal large) ? large
            // .NET Framework can't read a number that is too large.
            : element.TryGetDouble(out double number) ? number : text;
    }
}
