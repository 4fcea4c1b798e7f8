using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>The request that all questions of one Invoke-CohereChat share: its parameters under the API's names.</summary>
internal static class ChatTemplate
{
    private const string JsonType = "json_object";

    /// <exception cref="NotJsonException">A tool or a schema can't be represented in JSON.</exception>
    /// <exception cref="JsonException">A schema that is a string isn't JSON.</exception>
    public static ChatRequest From(InvokeCohereChatCommand command) => new()
    {
        Model = command.Model,
        CitationOptions = command.CitationMode is { } mode ? new ChatCitationOptions(mode) : null,
        ResponseFormat = command.JsonSchema is { } schema ? new ChatResponseFormat(JsonType, ReadSchema(command, schema))
            : command.Json ? new ChatResponseFormat(JsonType)
            : null,
        SafetyMode = command.SafetyMode,
        MaxTokens = command.MaxTokens,
        StopSequences = command.StopSequence,
        Temperature = command.Temperature,
        Seed = command.Seed,
        FrequencyPenalty = command.FrequencyPenalty,
        PresencePenalty = command.PresencePenalty,
        K = command.TopK,
        P = command.TopP,
        LogProbs = command.LogProb ? true : null,
        Thinking = ThinkingOptions(command),
        Priority = command.Priority,
        Tools = command.Tool.Length > 0 ? ChatTools.From(command, command.Tool) : null,
        ToolChoice = command.ToolChoice,
        StrictTools = command.StrictTool ? true : null,
    };

    private static ChatThinkingOptions? ThinkingOptions(InvokeCohereChatCommand command) =>
        command.IsThinkingRefused ? new ChatThinkingOptions("disabled")
        : command.Thinking || command.ThinkingTokenBudget is not null ? new ChatThinkingOptions("enabled", command.ThinkingTokenBudget)
        : null;

    private static JsonElement ParseSchema(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(json);
        }
        catch (JsonException exception)
        {
            throw new JsonException($"-JsonSchema is a string that isn't valid JSON: {exception.Message}", exception);
        }
    }

    private static JsonElement ReadSchema(InvokeCohereChatCommand command, object schema)
    {
        JsonElement element = PowerShellJson.Unwrap(schema) is string json
            ? ParseSchema(json)
            : PowerShellJson.ToElement(schema);
        if (!ChatTools.IsObject(element))
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidValue(
                "The type of an answer's schema must be object.",
                "Start the schema with @{ type = 'object'; properties = @{ … }; required = … }. See https://docs.cohere.com/docs/structured-outputs",
                schema));
        }

        return element;
    }
}
