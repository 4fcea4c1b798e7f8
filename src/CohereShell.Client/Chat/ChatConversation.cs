using System.Text;

namespace CohereShell;

/// <summary>
/// A conversation that can be saved and continued: its messages with tool calls, citations and images. Documents are
/// saved as they were sent. The objects that they were created from aren't.
/// </summary>
public sealed class ChatConversation
{
    private const string FormatName = "CohereShell.ChatConversation";
    private const int Version = 1;

    // Deeper than any document that the module writes.
    private static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = 256 };

    /// <summary>Creates a conversation from messages.</summary>
    /// <param name="messages">The messages, oldest first.</param>
    /// <param name="model">The model to continue with; null leaves the choice to the session.</param>
    public ChatConversation(IEnumerable<ChatMessage> messages, string? model = null)
    {
        Messages = messages.ToArray();
        Model = model;
    }

    /// <summary>Creates a conversation from an answer and the messages before it.</summary>
    /// <param name="response">The answer.</param>
    public ChatConversation(ChatResponse response)
        : this(response.History, response.Model)
    {
    }

    /// <summary>The messages, oldest first.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>The model that gave the last answer.</summary>
    public string? Model { get; }

    /// <summary>When the conversation was saved; null if it wasn't.</summary>
    public DateTimeOffset? SavedAt { get; private init; }

    /// <summary>Reads a conversation from JSON.</summary>
    /// <param name="json">The JSON that <see cref="ToJson"/> returned.</param>
    /// <exception cref="InvalidDataException">It isn't a conversation, or it is damaged.</exception>
    public static ChatConversation FromJson(string json)
    {
        try
        {
            using JsonDocument document = JsonText.Parse(json, ReaderOptions);
            return FromElement(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"This isn't a saved conversation, or it is damaged: it isn't JSON. {HarmlessText.From(exception.Message)}", exception);
        }
    }

    /// <summary>Reads a conversation from a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file doesn't contain a conversation, or it is damaged.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static ChatConversation Load(string path)
    {
        string file = CurrentFolder.FullPathOfFile(path);
        try
        {
            return FromJson(StrictText.Read(file, encoding: null));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{HarmlessText.From(file)}: {exception.Message}", exception);
        }
    }

    /// <summary>Saves the conversation to a file. The file appears only when it is complete.</summary>
    /// <param name="path">The file. An existing file is replaced.</param>
    /// <exception cref="IOException">The file can't be written. An existing file is unchanged.</exception>
    public void Save(string path)
    {
        using var file = new ReplacingFile(CurrentFolder.FullPathOfFile(path), keepsContent: false);
        byte[] json = Encoding.UTF8.GetBytes(ToJson() + "\n");
        file.Stream!.Write(json, 0, json.Length);
        file.Complete(mayReplace: true);
    }

    /// <summary>Returns the conversation as JSON: the messages as the API defines them, and the version of the format.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions with { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", FormatName);
            writer.WriteNumber("version", Version);
            writer.WriteString("saved_at", SavedAt ?? DateTimeOffset.UtcNow);
            if (Model is not null)
            {
                writer.WriteString("model", Model);
            }

            writer.WriteStartArray("messages");
            foreach (ChatMessage message in Messages)
            {
                JsonSerializer.Serialize(writer, message, ChatJsonContext.Default.ChatMessage);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Messages.Count} messages");

    /// <summary>Whether JSON is marked as a conversation.</summary>
    internal static bool IsConversation(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("format", out JsonElement format) && format.ValueKind == JsonValueKind.String && format.GetString() == FormatName;

    /// <summary>Whether a text is meant to be a conversation.</summary>
    internal static bool IsConversation(string text) =>
        text.TrimStart().StartsWith("{", StringComparison.Ordinal) && text.IndexOf('"' + FormatName + '"', StringComparison.Ordinal) >= 0;

    /// <exception cref="InvalidDataException">It isn't a conversation, or it is damaged.</exception>
    internal static ChatConversation FromElement(JsonElement element)
    {
        if (!IsConversation(element))
        {
            throw new InvalidDataException($"This isn't a saved conversation: it doesn't have \"format\": \"{FormatName}\".");
        }

        if (!element.TryGetProperty("version", out JsonElement version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out int number) || number < 1)
        {
            throw new InvalidDataException("The conversation is damaged: its version is missing.");
        }

        if (number > Version)
        {
            throw new InvalidDataException(FormattableString.Invariant($"The conversation has format version {number}, but this version of CohereShell reads only {Version}. Update the module."));
        }

        if (!element.TryGetProperty("messages", out JsonElement messages) || messages.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException("The conversation is damaged: it doesn't have messages.");
        }

        return new ChatConversation(messages.EnumerateArray().Select(ReadMessage), TextIn(element, "model"))
        {
            SavedAt = TextIn(element, "saved_at") is { } time && DateTimeOffset.TryParse(time, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out DateTimeOffset saved) ? saved : null,
        };
    }

    private static ChatMessage ReadMessage(JsonElement element, int index)
    {
        try
        {
            return ChatMessageReader.Read(element);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(FormattableString.Invariant($"The conversation is damaged: in message {index + 1}, {HarmlessText.From(exception.Message)}"), exception);
        }
    }

    private static string? TextIn(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
