using System;
using System.Text.Json;

namespace CohereShell;

/// <summary>
/// Reads the one event that makes up nearly all of a stream, a piece of text, without the objects that the general way
/// makes of it. Anything else in the event leaves it to the general way.
/// </summary>
internal static class ContentDeltaReader
{
    public static WireChatEvent? TryRead(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        var content = new WireContent();
        int? index = null;
        bool isContentDelta = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals("content-delta"u8))
                {
                    return null;
                }

                isContentDelta = true;
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int number))
                {
                    return null;
                }

                index = number;
            }
            else if (!reader.ValueTextEquals("delta"u8)
                || !Enter(ref reader, "message"u8)
                || !Enter(ref reader, "content"u8)
                || !ReadContent(ref reader, content)
                || !Leave(ref reader)
                || !Leave(ref reader))
            {
                return null;
            }
        }

        return isContentDelta && reader.TokenType == JsonTokenType.EndObject
            ? new WireChatEvent { Type = "content-delta", Index = index, Delta = new WireDelta { Message = new WireDeltaMessage { Content = content } } }
            : null;
    }

    // { "name": with the reader left on the name.
    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.Read() && reader.TokenType == JsonTokenType.StartObject
        && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name);

    private static bool Leave(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.EndObject;

    private static bool ReadContent(ref Utf8JsonReader reader, WireContent content)
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

            string? value = reader.GetString();
            content.Text = isText ? value : content.Text;
            content.Thinking = isThinking ? value : content.Thinking;
            content.Type = isText || isThinking ? content.Type : value;
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }
}
