using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>A message of a conversation. See <see href="https://docs.cohere.com/reference/chat"/>.</summary>
[JsonConverter(typeof(ChatMessageConverter))]
public sealed class ChatMessage
{
    /// <summary>Creates a message from a text.</summary>
    /// <param name="role">The author of the message.</param>
    /// <param name="text">The text.</param>
    public ChatMessage(ChatRole role, string text)
        : this(role, [ChatContent.FromText(text)])
    {
    }

    /// <summary>Creates a message from several parts.</summary>
    /// <param name="role">The author of the message.</param>
    /// <param name="content">The parts.</param>
    public ChatMessage(ChatRole role, IReadOnlyList<ChatContent> content)
    {
        Role = role;
        // Always an array, because PowerShell can't index the list type that the compiler generates.
        Content = content.ToArray();
    }

    /// <summary>The author of the message.</summary>
    public ChatRole Role { get; }

    /// <summary>The parts.</summary>
    public IReadOnlyList<ChatContent> Content { get; }

    /// <summary>The text of all text parts.</summary>
    public string Text => Join(ChatContentType.Text);

    /// <summary>The model's thoughts before its answer; null if it didn't return any.</summary>
    public string? Thinking => Join(ChatContentType.Thinking) is { Length: > 0 } thinking ? thinking : null;

    /// <summary>The model's plan for the tools that it calls.</summary>
    public string? ToolPlan { get; init; }

    /// <summary>The tools that the model calls.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>The id of the tool call that a tool message answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The citations: the sources of parts of the answer.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The text that the positions of a citation refer to.</summary>
    internal string TextOf(Citation citation) => citation.Type switch
    {
        "PLAN" => ToolPlan ?? string.Empty,
        _ when citation.ContentIndex >= 0 && citation.ContentIndex < Content.Count && Content[citation.ContentIndex].Text is { } text => text,
        _ => Text,
    };

    // Most messages have one part, whose text is returned without a copy.
    private string Join(ChatContentType type) =>
        Content.Count == 1 && Content[0].Type == type
            ? Content[0].Text ?? string.Empty
            : string.Concat(Content.Where(part => part.Type == type).Select(part => part.Text));
}

internal sealed class ChatMessageConverter : JsonConverter<ChatMessage>
{
    public override ChatMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, ChatMessage value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("role", RoleName(value.Role));
        if (value.ToolCallId is not null)
        {
            writer.WriteString("tool_call_id", value.ToolCallId);
        }

        if (value.ToolPlan is not null)
        {
            writer.WriteString("tool_plan", value.ToolPlan);
        }

        WriteToolCalls(writer, value.ToolCalls);
        WriteContent(writer, value);
        WriteCitations(writer, value.Citations);
        writer.WriteEndObject();
    }

    private static string RoleName(ChatRole role) => role switch
    {
        ChatRole.User => "user",
        ChatRole.Assistant => "assistant",
        ChatRole.System => "system",
        _ => "tool",
    };

    private static void WriteToolCalls(Utf8JsonWriter writer, IReadOnlyList<ToolCall> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("tool_calls");
        foreach (ToolCall call in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("id", call.Id);
            writer.WriteString("type", "function");
            writer.WriteStartObject("function");
            writer.WriteString("name", call.Name);
            writer.WriteString("arguments", call.JsonArguments);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteContent(Utf8JsonWriter writer, ChatMessage value)
    {
        if (value.Content.Count == 0)
        {
            return;
        }

        if (value.Content.Count == 1 && value.Content[0].Type == ChatContentType.Text)
        {
            writer.WriteString("content", value.Content[0].Text);
            return;
        }

        writer.WriteStartArray("content");
        foreach (ChatContent part in value.Content)
        {
            WritePart(writer, part);
        }

        writer.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter writer, ChatContent part)
    {
        writer.WriteStartObject();
        switch (part.Type)
        {
            case ChatContentType.Text:
                writer.WriteString("type", "text");
                writer.WriteString("text", part.Text);
                break;
            case ChatContentType.Thinking:
                writer.WriteString("type", "thinking");
                writer.WriteString("thinking", part.Text);
                break;
            case ChatContentType.ImageUrl:
                writer.WriteString("type", "image_url");
                writer.WriteStartObject("image_url");
                writer.WriteString("url", part.ImageUrl);
                if (part.ImageDetail is { } detail)
                {
                    writer.WriteString("detail", JsonNamingPolicy.SnakeCaseLower.ConvertName(detail.ToString()));
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteString("type", "document");
                writer.WritePropertyName("document");
                ChatDocumentConverter.WriteObject(writer, part.Document!);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteCitations(Utf8JsonWriter writer, IReadOnlyList<Citation> citations)
    {
        if (citations.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("citations");
        foreach (Citation citation in citations)
        {
            citation.WriteTo(writer);
        }

        writer.WriteEndArray();
    }
}
