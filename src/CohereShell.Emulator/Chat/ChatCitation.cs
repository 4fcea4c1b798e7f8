namespace CohereShell.Emulation;

/// <summary>A citation: a part of the text and its sources. The offsets are in UTF-16 units here.</summary>
internal sealed record ChatCitation(int Start, int End, IReadOnlyList<Action<Utf8JsonWriter>> Sources)
{
    /// <summary>
    /// Writes the citation. Like Cohere's, <c>start</c> and <c>end</c> count Unicode code points. They equal UTF-16
    /// units up to the first character beyond U+FFFF. <c>content_index</c> is absent where it is 0.
    /// </summary>
    internal void Write(Utf8JsonWriter writer, string text, int contentIndex)
    {
        writer.WriteStartObject();
        writer.WriteNumber("start", CodePoints(text, Start));
        writer.WriteNumber("end", CodePoints(text, End));
        writer.WriteString("text", text.Substring(Start, End - Start));
        writer.WriteStartArray("sources");
        foreach (Action<Utf8JsonWriter> source in Sources)
        {
            source(writer);
        }

        writer.WriteEndArray();
        if (contentIndex > 0)
        {
            writer.WriteNumber("content_index", contentIndex);
        }

        writer.WriteString("type", "TEXT_CONTENT");
        writer.WriteEndObject();
    }

    private static int CodePoints(string text, int units)
    {
        int count = units;
        for (int i = 0; i < units; i++)
        {
            count -= char.IsLowSurrogate(text[i]) ? 1 : 0;
        }

        return count;
    }
}
