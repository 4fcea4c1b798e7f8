using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CohereShell;

/// <summary>Reads a chunk of a text, which can start or end with half of a surrogate pair.</summary>
internal sealed class ChunkConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? JsonText.ReadString(ref reader) : throw new JsonException("A text isn't a string.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads the arguments of a tool call: JSON in a text. Some gateways send the JSON itself.</summary>
internal sealed class ArgumentsConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? JsonText.ReadString(ref reader) : JsonElement.ParseValue(ref reader).GetRawText();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads the content of a message: a list of parts, one part, or only its text.</summary>
internal sealed class ContentConverter : JsonConverter<List<WireContent?>>
{
    public override List<WireContent?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var parts = new List<WireContent?>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            parts.Add(ReadPart(ref reader, options));
            return parts;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            parts.Add(ReadPart(ref reader, options));
        }

        return parts;
    }

    public override void Write(Utf8JsonWriter writer, List<WireContent?> value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static WireContent? ReadPart(ref Utf8JsonReader reader, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.String
        ? new WireContent { Text = JsonText.ReadString(ref reader) }
        : JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<WireContent>)options.GetTypeInfo(typeof(WireContent)));
}
