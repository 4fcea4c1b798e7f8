using System.Text;

namespace CohereShell;

/// <summary>
/// A conversation that can be kept in a file and gone on with: its messages with tool calls, citations and images. What
/// citations lead back to, the objects that documents were made of, is not kept; the documents as they were sent are.
/// </summary>
public sealed class ChatConversation
{
    private const string FormatName = "CohereShell.ChatConversation";
    private const int Version = 1;

    // Deeper than any document of the module's own can be.
    private static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = 256 };

    /// <summary>A conversation of these messages.</summary>
    /// <param name="messages">The messages, oldest first.</param>
    /// <param name="model">The model to go on with; null leaves it to the session.</param>
    public ChatConversation(IEnumerable<ChatMessage> messages, string? model = null)
    {
        Messages = messages.ToArray();
        Model = model;
    }

    /// <summary>The conversation that led to an answer, with the answer.</summary>
    /// <param name="response">The answer.</param>
    public ChatConversation(ChatResponse response)
        : this(response.History, response.Model)
    {
    }

    /// <summary>The messages, oldest first.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>The model that answered last.</summary>
    public string? Model { get; }

    /// <summary>When the conversation was saved; null for one that was not.</summary>
    public DateTimeOffset? SavedAt { get; private init; }

    /// <summary>Reads a conversation from JSON.</summary>
    /// <param name="json">What <see cref="ToJson"/> made.</param>
    /// <exception cref="InvalidDataException">It is no conversation, or a damaged one.</exception>
    public static ChatConversation FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, ReaderOptions);
            return FromElement(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"This is no conversation, or a damaged one: it is not JSON. {exception.Message}", exception);
        }
    }

    /// <summary>Reads a conversation from a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It holds no conversation, or a damaged one.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ChatConversation Load(string path)
    {
        string file = CurrentFolder.FullPath(path);
        try
        {
            return FromJson(File.ReadAllText(file, Encoding.UTF8));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{file}: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the conversation into a file, which is there when it is complete and not before.</summary>
    /// <param name="path">The file; what stands there is replaced.</param>
    /// <exception cref="IOException">It cannot be written. What stood there before is unchanged.</exception>
    public void Save(string path)
    {
        using var file = new ReplacingFile(CurrentFolder.FullPath(path), keepsContent: false);
        byte[] json = Encoding.UTF8.GetBytes(ToJson() + "\n");
        file.Stream!.Write(json, 0, json.Length);
        file.Complete(mayReplace: true);
    }

    /// <summary>The conversation as JSON: messages as the API has them, and the version of the form.</summary>
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

    /// <summary>Whether JSON says of itself that it is a conversation.</summary>
    internal static bool IsConversation(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("format", out JsonElement format) && format.ValueKind == JsonValueKind.String && format.GetString() == FormatName;

    /// <summary>Whether a text is meant to be one.</summary>
    internal static bool IsConversation(string text) =>
        text.TrimStart().StartsWith("{", StringComparison.Ordinal) && text.IndexOf('"' + FormatName + '"', StringComparison.Ordinal) >= 0;

    /// <exception cref="InvalidDataException">It is no conversation, or a damaged one.</exception>
    internal static ChatConversation FromElement(JsonElement element)
    {
        if (!IsConversation(element))
        {
            throw new InvalidDataException($"This is no conversation: it lacks \"format\": \"{FormatName}\".");
        }

        if (!element.TryGetProperty("version", out JsonElement version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out int number) || number < 1)
        {
            throw new InvalidDataException("The conversation is damaged: it does not say its version.");
        }

        if (number > Version)
        {
            throw new InvalidDataException(FormattableString.Invariant($"The conversation has the form {number}, and this version of CohereShell reads {Version}. Update the module."));
        }

        if (!element.TryGetProperty("messages", out JsonElement messages) || messages.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException("The conversation is damaged: it has no messages.");
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
            throw new InvalidDataException(FormattableString.Invariant($"The conversation is damaged: in message {index + 1}, {exception.Message}"), exception);
        }
    }

    private static string? TextIn(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
