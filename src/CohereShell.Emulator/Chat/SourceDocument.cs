namespace CohereShell.Emulation;

/// <summary>A document to take answers from.</summary>
internal sealed class SourceDocument(string id, string? text, JsonElement data)
{
    /// <summary>The id of the document. By default, its position: <c>doc:0</c>.</summary>
    internal string Id { get; } = id;

    /// <summary>The texts of the document, by property. A document that is only text has one without a name.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Texts()
    {
        if (text is not null)
        {
            yield return new KeyValuePair<string, string>(string.Empty, text);
            yield break;
        }

        foreach (JsonProperty property in data.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.String)
            {
                yield return new KeyValuePair<string, string>(property.Name, property.Value.GetString()!);
            }
        }
    }

    /// <summary>Writes the document as the source of a citation.</summary>
    internal void WriteSource(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "document");
        writer.WriteString("id", Id);
        writer.WriteStartObject("document");
        writer.WriteString("id", Id);
        if (text is not null)
        {
            writer.WriteString("text", text);
        }
        else
        {
            foreach (JsonProperty property in data.EnumerateObject())
            {
                if (property.Name != "id")
                {
                    property.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
