using System.Collections;
using System.Text.Json;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>
/// Makes messages from copies of answers, conversations and messages: the output of Start-Job, remoting and
/// Import-Clixml. Citations aren't restored, because a conversation continues without them.
/// </summary>
internal static class ConversationCopies
{
    private const string Incomplete =
        "This copy of a conversation lacks some of its parts, because it was made with too few levels. Use Export-Clixml -Depth 6, or save the conversation: [CohereShell.ChatConversation]::new($answer).Save('chat.json')";

    /// <summary>Whether a value is a copy of an answer.</summary>
    public static bool IsAnswer(object? value) => value is PSObject copy && Copies.IsCopyOf<ChatResponse>(copy);

    /// <summary>The messages of a copy; null if the value isn't one.</summary>
    /// <exception cref="ArgumentTransformationMetadataException">The copy isn't complete.</exception>
    public static IReadOnlyList<ChatMessage>? MessagesOf(object? value) => value switch
    {
        PSObject answer when Copies.IsCopyOf<ChatResponse>(answer) => MessagesIn(answer, nameof(ChatResponse.History)),
        PSObject conversation when Copies.IsCopyOf<ChatConversation>(conversation) => MessagesIn(conversation, nameof(ChatConversation.Messages)),
        PSObject message when Copies.IsCopyOf<ChatMessage>(message) => [MessageOf(message)],
        _ => null,
    };

    private static ChatMessage[] MessagesIn(PSObject copy, string property) =>
        Items(copy, property)
            .Select(item => item is PSObject message && Copies.IsCopyOf<ChatMessage>(message) ? MessageOf(message) : throw new ArgumentTransformationMetadataException(Incomplete))
            .ToArray();

    private static ChatMessage MessageOf(PSObject copy) => new(Parse<ChatRole>(copy, nameof(ChatMessage.Role)) ?? throw new ArgumentTransformationMetadataException(Incomplete), ContentOf(copy))
    {
        ToolPlan = TextIn(copy, nameof(ChatMessage.ToolPlan)),
        ToolCallId = TextIn(copy, nameof(ChatMessage.ToolCallId)),
        ToolCalls = Items(copy, nameof(ChatMessage.ToolCalls)).Select(CallOf).ToArray(),
    };

    private static ChatContent[] ContentOf(PSObject copy)
    {
        object?[] parts = Items(copy, nameof(ChatMessage.Content)).ToArray();
        // A part of a shallow copy is its text. That's enough if there is only one.
        return parts.Length == 1 && parts[0] is string && TextIn(copy, nameof(ChatMessage.Text)) is { Length: > 0 } text
            ? [ChatContent.FromText(text)]
            : parts.Select(PartOf).ToArray();
    }

    private static ChatContent PartOf(object? part)
    {
        if (part is not PSObject copy)
        {
            throw new ArgumentTransformationMetadataException(Incomplete);
        }

        string text = TextIn(copy, nameof(ChatContent.Text)) ?? string.Empty;
        return Parse<ChatContentType>(copy, nameof(ChatContent.Type)) switch
        {
            ChatContentType.Text => ChatContent.FromText(text),
            ChatContentType.Thinking => ChatContent.FromThinking(text),
            ChatContentType.ImageUrl when TextIn(copy, nameof(ChatContent.ImageUrl)) is { } url => ChatContent.FromImage(url, Parse<ImageDetail>(copy, nameof(ChatContent.ImageDetail))),
            ChatContentType.Document when TextIn(copy, nameof(ChatContent.DocumentJson)) is { } json => ChatContent.FromDocument(DocumentOf(json)),
            _ => throw new ArgumentTransformationMetadataException(Incomplete),
        };
    }

    private static ChatDocument DocumentOf(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return new ChatDocument(
                root.GetProperty("data").Clone(),
                root.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ArgumentTransformationMetadataException(Incomplete, exception);
        }
    }

    private static ToolCall CallOf(object? call) =>
        call is PSObject copy
        && TextIn(copy, nameof(ToolCall.Id)) is { } id
        && TextIn(copy, nameof(ToolCall.Name)) is { } name
            ? new ToolCall(id, name, TextIn(copy, nameof(ToolCall.RawArguments)) ?? string.Empty)
            : throw new ArgumentTransformationMetadataException(Incomplete);

    private static IEnumerable<object?> Items(PSObject copy, string property) =>
        PowerShellJson.Unwrap(copy.Properties[property]?.Value) is IEnumerable list and not string ? list.Cast<object?>().Select(PowerShellJson.Unwrap) : [];

    private static T? Parse<T>(PSObject copy, string property)
        where T : struct, Enum =>
        Enum.TryParse(PowerShellJson.Unwrap(copy.Properties[property]?.Value)?.ToString(), ignoreCase: true, out T value) && Enum.IsDefined(typeof(T), value) ? value : null;

    private static string? TextIn(PSObject copy, string property) => PowerShellJson.Unwrap(copy.Properties[property]?.Value) as string;
}
