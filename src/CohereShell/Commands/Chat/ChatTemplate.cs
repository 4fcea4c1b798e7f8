using System.Text.Json;
using CohereShell.Json;
using CohereShell.Rows;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>The request that all questions of one Invoke-CohereChat share: its parameters under the API's names.</summary>
internal static class ChatTemplate
{
    /// <exception cref="NotJsonException">A tool or a schema can't be represented in JSON.</exception>
    /// <exception cref="JsonException">A schema that is a string isn't JSON.</exception>
    public static ChatRequest From(InvokeCohereChatCommand command) => ChatSettings.ToRequest(command) with
    {
        Model = command.Model,
        CitationOptions = command.CitationMode is { } mode ? new ChatCitationOptions(mode) : null,
        SafetyMode = command.SafetyMode,
        Priority = command.Priority,
        Tools = command.Tool.Length > 0 ? ChatTools.From(command, command.Tool) : null,
        ToolChoice = command.ToolChoice,
        StrictTools = command.StrictTool ? true : null,
    };
}
