using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// A text or a record that the model can use and cite.
/// See <see href="https://docs.cohere.com/docs/retrieval-augmented-generation-rag"/>.
/// </summary>
[JsonConverter(typeof(ChatDocumentConverter))]
public sealed class ChatDocument
{
    /// <summary>Creates a document from a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The id in citations. By default, the service assigns one.</param>
    public ChatDocument(string text, string? id = null)
    {
        Text = text ?? throw new ArgumentNullException(nameof(text));
        Id = id;
    }

    /// <summary>Creates a document from a record.</summary>
    /// <param name="data">A JSON object. The model sees its names and values.</param>
    /// <param name="id">The id in citations. By default, the service assigns one.</param>
    public ChatDocument(JsonElement data, string? id = null)
    {
        Data = data;
        Id = id;
    }

    /// <summary>The id in citations.</summary>
    public string? Id { get; }

    /// <summary>The text, if the document was created from one.</summary>
    public string? Text { get; }

    /// <summary>The object that the document was created from. It isn't sent; citations of the document refer to it.</summary>
    public object? InputObject { get; init; }

    /// <summary>The file that contains the text. It isn't sent.</summary>
    public string? Path { get; init; }

    internal JsonElement Data { get; }

    /// <summary>The same document with another id.</summary>
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

    public static string ToJson(ChatDocument value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            WriteObject(writer, value);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
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
