namespace CohereShell;

/// <summary>A chunk of text or thoughts.</summary>
internal struct ContentDelta
{
    public int? Index { get; set; }

    /// <summary>The type of the part, if the chunk has it: <c>text</c> or <c>thinking</c>.</summary>
    public string? Type { get; set; }

    public string? Text { get; set; }

    public string? Thinking { get; set; }
}

/// <summary>
/// Reads the most frequent event of a stream, a chunk of text, without creating the objects of the general reader. If
/// the event contains anything else, the general reader takes over.
/// </summary>
internal static class ContentDeltaReader
{
    public static bool TryRead(ReadOnlySpan<byte> data, out ContentDelta delta)
    {
        var reader = new Utf8JsonReader(data);
        delta = default;
        bool isContentDelta = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals("content-delta"u8))
                {
                    return false;
                }

                isContentDelta = true;
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int number))
                {
                    return false;
                }

                delta.Index = number;
            }
            else if (!reader.ValueTextEquals("delta"u8)
                || !Enter(ref reader, "message"u8)
                || !Enter(ref reader, "content"u8)
                || !ReadContent(ref reader, ref delta)
                || !Leave(ref reader)
                || !Leave(ref reader))
            {
                return false;
            }
        }

        return isContentDelta && reader.TokenType == JsonTokenType.EndObject;
    }

    // Reads '{ "name":' and leaves the reader on the name.
    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.Read() && reader.TokenType == JsonTokenType.StartObject
        && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name);

    private static bool Leave(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.EndObject;

    private static bool ReadContent(ref Utf8JsonReader reader, ref ContentDelta delta)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isText = reader.ValueTextEquals("text"u8);
            bool isKnown = isText || reader.ValueTextEquals("thinking"u8) || reader.ValueTextEquals("type"u8);
            bool isThinking = isKnown && reader.ValueTextEquals("thinking"u8);
            if (!isKnown || !reader.Read() || reader.TokenType != JsonTokenType.String)
            {
                return false;
            }

            string? value = JsonText.ReadString(ref reader);
            if (isText)
            {
                delta.Text = value;
            }
            else if (isThinking)
            {
                delta.Thinking = value;
            }
            else
            {
                delta.Type = value;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }
}
