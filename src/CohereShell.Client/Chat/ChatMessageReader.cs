namespace CohereShell;

/// <summary>Reads messages as the API sends them and as they are saved.</summary>
internal static class ChatMessageReader
{
    /// <exception cref="InvalidDataException">It isn't a message. The text of the exception completes a sentence.</exception>
    public static ChatMessage Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("the message is missing.");
        }

        var message = new ChatMessage(ReadRole(element), ReadContent(element))
        {
            ToolCallId = TextIn(element, "tool_call_id"),
            ToolPlan = TextIn(element, "tool_plan"),
            ToolCalls = ReadList(element, "tool_calls", ReadToolCall),
        };
        IReadOnlyList<Citation> citations = ReadList(element, "citations", ReadCitation);
        return citations.Count == 0 ? message : new ChatMessage(message.Role, message.Content)
        {
            ToolCallId = message.ToolCallId,
            ToolPlan = message.ToolPlan,
            ToolCalls = message.ToolCalls,
            Citations = citations.Select(citation => citation.In(message.TextOf(citation))).ToArray(),
        };
    }

    private static ChatRole ReadRole(JsonElement element) => TextIn(element, "role") switch
    {
        "user" => ChatRole.User,
        "assistant" => ChatRole.Assistant,
        "system" => ChatRole.System,
        "tool" => ChatRole.Tool,
        null => throw new InvalidDataException("the role is missing."),
        var other => throw new InvalidDataException($"'{other}' isn't a valid role."),
    };

    private static IReadOnlyList<ChatContent> ReadContent(JsonElement element)
    {
        if (!element.TryGetProperty("content", out JsonElement content) || content.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => [ChatContent.FromText(content.GetString()!)],
            JsonValueKind.Array => content.EnumerateArray().Select(ReadPart).ToArray(),
            _ => throw new InvalidDataException("the content must be a string or a list."),
        };
    }

    private static ChatContent ReadPart(JsonElement part)
    {
        string? type = part.ValueKind == JsonValueKind.Object ? TextIn(part, "type") : null;
        return type switch
        {
            "text" => ChatContent.FromText(Required(part, "text")),
            "thinking" => ChatContent.FromThinking(Required(part, "thinking")),
            "image_url" => ReadImage(part),
            "document" => ReadDocument(part),
            _ => throw new InvalidDataException($"a part of the content doesn't have a valid type{(type is null ? string.Empty : $": '{type}'")}."),
        };
    }

    private static ChatContent ReadImage(JsonElement part)
    {
        JsonElement image = Object(part, "image_url");
        ImageDetail? detail = TextIn(image, "detail") switch
        {
            "auto" => ImageDetail.Auto,
            "low" => ImageDetail.Low,
            "high" => ImageDetail.High,
            _ => null,
        };
        return ChatContent.FromImage(Required(image, "url"), detail);
    }

    private static ChatContent ReadDocument(JsonElement part)
    {
        JsonElement document = Object(part, "document");
        return ChatContent.FromDocument(new ChatDocument(Object(document, "data").Clone(), TextIn(document, "id")));
    }

    private static ToolCall ReadToolCall(JsonElement call)
    {
        JsonElement function = Object(call, "function");
        return new ToolCall(Required(call, "id"), Required(function, "name"), ArgumentsIn(function));
    }

    // Some gateways write the arguments as an object instead of as its JSON.
    private static string ArgumentsIn(JsonElement function) => TextIn(function, "arguments")
        ?? (function.TryGetProperty("arguments", out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value.GetRawText() : string.Empty);

    private static Citation ReadCitation(JsonElement citation)
    {
        try
        {
            // A copy, because sources outlive the document that they are read from.
            return JsonSerializer.Deserialize(citation.Clone(), ChatJsonContext.Default.WireCitation)!.ToCitation();
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("a citation is damaged.", exception);
        }
    }

    private static IReadOnlyList<T> ReadList<T>(JsonElement element, string name, System.Func<JsonElement, T> read)
    {
        if (!element.TryGetProperty(name, out JsonElement list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
            ? list.EnumerateArray().Select(read).ToArray()
            : throw new InvalidDataException($"{name} isn't a list.");
    }

    private static JsonElement Object(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : throw new InvalidDataException($"{name} is missing.");

    private static string Required(JsonElement element, string name) => TextIn(element, name) ?? throw new InvalidDataException($"{name} is missing.");

    private static string? TextIn(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
