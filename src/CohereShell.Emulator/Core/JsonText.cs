namespace CohereShell.Emulation;

/// <summary>JSON inside of texts, and JSON as a text that a person can read.</summary>
internal static class JsonText
{
    /// <summary>The value that a text is; null where it is no JSON.</summary>
    internal static JsonElement? TryParse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary><c>{"city":"Riga","temperature":4}</c> as <c>city: Riga, temperature: 4</c>.</summary>
    internal static string Flatten(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(property => property.Name + ": " + Flatten(property.Value))),
        JsonValueKind.Array => string.Join(", ", (IEnumerable<string>)value.EnumerateArray().Select(Flatten)),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
