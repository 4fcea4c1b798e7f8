using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// A text or a record that the model may use and cite.
/// See <see href="https://docs.cohere.com/docs/retrieval-augmented-generation-rag"/>.
/// </summary>
[JsonConverter(typeof(ChatDocumentConverter))]
public sealed class ChatDocument
{
    /// <summary>A text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">What citations call it; the service gives it an id where there is none.</param>
    public ChatDocument(string text, string? id = null)
    {
        Text = text ?? throw new ArgumentNullException(nameof(text));
        Id = id;
    }

    /// <summary>A record.</summary>
    /// <param name="data">A JSON object; names and values are both shown to the model.</param>
    /// <param name="id">What citations call it; the service gives it an id where there is none.</param>
    public ChatDocument(JsonElement data, string? id = null)
    {
        Data = data;
        Id = id;
    }

    /// <summary>The id.</summary>
    public string? Id { get; }

    /// <summary>The text, where the document is one.</summary>
    public string? Text { get; }

    /// <summary>What the document was made of. It is not sent: citations of the document lead back to it.</summary>
    public object? InputObject { get; init; }

    /// <summary>The file that the text comes from. It is not sent either.</summary>
    public string? Path { get; init; }

    internal JsonElement Data { get; }

    /// <summary>The same document under another name.</summary>
    internal ChatDocument With(string? id, object? inputObject, string? path) => Text is not null
        ? new(Text, id) { InputObject = inputObject, Path = path }
        : new(Data, id) { InputObject = inputObject, Path = path };
}

internal sealed class ChatDocumentConverter : JsonConverter<ChatDocument>
{
    public override ChatDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, ChatDocument value, JsonSerializerOptions options)
    {
        if (value is { Text: not null, Id: null })
        {
            writer.WriteStringValue(value.Text);
        }
        else
        {
            WriteObject(writer, value);
        }
    }

    public static void WriteObject(Utf8JsonWriter writer, ChatDocument value)
    {
        writer.WriteStartObject();
        if (value.Id is not null)
        {
            writer.WriteString("id", value.Id);
        }

        writer.WritePropertyName("data");
        if (value.Text is not null)
        {
            writer.WriteStartObject();
            writer.WriteString("text", value.Text);
            writer.WriteEndObject();
        }
        else
        {
            value.Data.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
