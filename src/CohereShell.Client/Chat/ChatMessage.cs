using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>A message of a conversation. See <see href="https://docs.cohere.com/reference/chat"/>.</summary>
[JsonConverter(typeof(ChatMessageConverter))]
public sealed class ChatMessage
{
    /// <summary>A message that is a text.</summary>
    /// <param name="role">Who says it.</param>
    /// <param name="text">The text.</param>
    public ChatMessage(ChatRole role, string text)
        : this(role, [ChatContent.FromText(text)])
    {
    }

    /// <summary>A message of several parts.</summary>
    /// <param name="role">Who says it.</param>
    /// <param name="content">The parts.</param>
    public ChatMessage(ChatRole role, IReadOnlyList<ChatContent> content)
    {
        Role = role;
        // An array, whatever was given: PowerShell cannot take an element out of a list that the compiler made.
        Content = content.ToArray();
    }

    /// <summary>Who says it.</summary>
    public ChatRole Role { get; }

    /// <summary>The parts.</summary>
    public IReadOnlyList<ChatContent> Content { get; }

    /// <summary>The texts of all its text parts.</summary>
    public string Text => Join(ChatContentType.Text);

    /// <summary>What the model thought before it answered; null where it did not say.</summary>
    public string? Thinking => Join(ChatContentType.Thinking) is { Length: > 0 } thinking ? thinking : null;

    /// <summary>How the model means to use the tools that it calls.</summary>
    public string? ToolPlan { get; init; }

    /// <summary>The tools that the model calls.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>Which call a tool's message answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>Where the parts of an answer come from.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>What a citation's places are counted in.</summary>
    internal string TextOf(Citation citation) => citation.Type switch
    {
        "PLAN" => ToolPlan ?? string.Empty,
        _ when citation.ContentIndex < Content.Count && Content[citation.ContentIndex].Text is { } text => text,
        _ => Text,
    };

    // The usual message has one part: its text is handed out as it is.
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
            writer.WriteString("arguments", call.RawArguments);
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
