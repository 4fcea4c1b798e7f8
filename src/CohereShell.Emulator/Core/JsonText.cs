namespace CohereShell.Emulation;

/// <summary>Reads JSON from text, and formats JSON as readable text.</summary>
internal static class JsonText
{
    /// <summary>Parses a text as JSON. Null if it isn't JSON.</summary>
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

    /// <summary>Formats <c>{"city":"Riga","temperature":4}</c> as <c>city: Riga, temperature: 4</c>.</summary>
    internal static string Flatten(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(property => property.Name + ": " + Flatten(property.Value))),
        JsonValueKind.Array => string.Join(", ", (IEnumerable<string>)value.EnumerateArray().Select(Flatten)),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
