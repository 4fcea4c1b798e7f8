using System.Collections;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>Makes messages from the user's input.</summary>
internal static class Conversation
{
    public static IReadOnlyList<ChatMessage> MessagesOf(object? value) => PowerShellJson.Unwrap(value) switch
    {
        ChatMessage message => [message],
        ChatResponse response => response.History,
        ChatConversation conversation => conversation.Messages,
        FileInfo file => Read(() => ChatConversation.Load(FilePaths.RefuseDevice(file.FullName)).Messages),
        string json when ChatConversation.IsConversation(json) => Read(() => ChatConversation.FromJson(json).Messages),
        string text => [new ChatMessage(ChatRole.User, text)],
        PSObject copy when ConversationCopies.MessagesOf(copy) is { } messages => messages,
        IDictionary dictionary => FromParts(dictionary, name => dictionary[name]),
        PSObject custom => FromParts(custom, name => custom.Properties[name]?.Value),
        var other => throw new ArgumentTransformationMetadataException($"A {other?.GetType().Name ?? "null"} isn't a message. Use New-CohereChatMessage, an answer of Invoke-CohereChat, or @{{ role = 'user'; content = '…' }}."),
    };

    // A message, or a whole conversation from ConvertFrom-Json.
    private static IReadOnlyList<ChatMessage> FromParts(object value, Func<string, object?> valueOf)
    {
        if (valueOf("messages") is not null && valueOf("format") is not null)
        {
            return Read(() => ChatConversation.FromElement(PowerShellJson.ToElement(value)).Messages);
        }

        object? role = valueOf("role");
        if (!Enum.TryParse(PowerShellJson.Unwrap(role)?.ToString(), ignoreCase: true, out ChatRole parsed) || !Enum.IsDefined(typeof(ChatRole), parsed))
        {
            throw new ArgumentTransformationMetadataException($"'{role}' isn't a valid role. The roles are {string.Join(", ", Enum.GetNames(typeof(ChatRole)).Select(name => name.ToLowerInvariant()))}.");
        }

        if (valueOf("content") is null && valueOf("tool_calls") is null)
        {
            throw new ArgumentTransformationMetadataException("A hashtable must have content to be a message: @{ role = 'user'; content = '…' }.");
        }

        // Tool calls, citations and images in the API's format.
        bool isPlain = parsed != ChatRole.Tool && valueOf("tool_calls") is null && valueOf("citations") is null;
        return isPlain && PowerShellJson.Unwrap(valueOf("content")) is string text
            ? [new ChatMessage(parsed, text)]
            : Read(() => [ChatMessageReader.Read(PowerShellJson.ToElement(value))]);
    }

    private static IReadOnlyList<ChatMessage> Read(Func<IReadOnlyList<ChatMessage>> read)
    {
        try
        {
            return read();
        }
        catch (WrongEncodingException exception)
        {
            throw new ArgumentTransformationMetadataException($"{exception.Message} Convert it: {exception.Conversion}", exception);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException or NotJsonException)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
