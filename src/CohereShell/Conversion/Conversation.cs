using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace CohereShell.Conversion;

/// <summary>Messages from what users have at hand.</summary>
internal static class Conversation
{
    public static IReadOnlyList<ChatMessage> MessagesOf(object? value) => PowerShellJson.Unwrap(value) switch
    {
        ChatMessage message => [message],
        ChatResponse response => response.History,
        string text => [new ChatMessage(ChatRole.User, text)],
        IDictionary dictionary => [FromParts(dictionary["role"], dictionary["content"])],
        PSObject custom => [FromParts(custom.Properties["role"]?.Value, custom.Properties["content"]?.Value)],
        var other => throw new ArgumentTransformationMetadataException($"A {other?.GetType().Name ?? "null"} is no message. Use New-CohereChatMessage, an answer of Invoke-CohereChat, or @{{ role = 'user'; content = '…' }}."),
    };

    private static ChatMessage FromParts(object? role, object? content)
    {
        if (!Enum.TryParse(PowerShellJson.Unwrap(role)?.ToString(), ignoreCase: true, out ChatRole parsed) || !Enum.IsDefined(typeof(ChatRole), parsed))
        {
            throw new ArgumentTransformationMetadataException($"'{role}' is no role. The roles are {string.Join(", ", Enum.GetNames(typeof(ChatRole)).Select(name => name.ToLowerInvariant()))}.");
        }

        return PowerShellJson.Unwrap(content) is string text
            ? new ChatMessage(parsed, text)
            : throw new ArgumentTransformationMetadataException("The content of a message given as a hashtable is a string; use New-CohereChatMessage for images.");
    }
}
