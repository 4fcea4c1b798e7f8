namespace CohereShell.Emulation;

/// <summary>A document to answer from.</summary>
internal sealed class SourceDocument(string id, string? text, JsonElement data)
{
    /// <summary>Its own id, or <c>doc:0</c> by its place.</summary>
    internal string Id { get; } = id;

    /// <summary>The texts in it, by property; a document that is only text has one without a name.</summary>
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

    /// <summary>Writes it as the source of a citation.</summary>
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
