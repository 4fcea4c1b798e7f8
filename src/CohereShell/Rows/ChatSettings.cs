using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;
using CohereShell.Tools;

namespace CohereShell.Rows;

/// <summary>The parameters for answers that Invoke-CohereChat and Start-CohereBatch have in common.</summary>
internal interface IChatSettings
{
    object? JsonSchema { get; }

    SwitchParameter Json { get; }

    int? MaxTokens { get; }

    string[]? StopSequence { get; }

    double? Temperature { get; }

    ulong? Seed { get; }

    double? FrequencyPenalty { get; }

    double? PresencePenalty { get; }

    int? TopK { get; }

    double? TopP { get; }

    SwitchParameter LogProb { get; }

    SwitchParameter Thinking { get; }

    int? ThinkingTokenBudget { get; }

    /// <summary>Whether the user specified -Thinking:$false.</summary>
    bool IsThinkingRefused { get; }
}

/// <summary>Makes the fields of a request from these parameters.</summary>
internal static class ChatSettings
{
    private const string JsonType = "json_object";

    /// <summary>Ends the command if the parameters contradict each other.</summary>
    public static void Check<T>(T command)
        where T : PSCmdlet, IChatSettings
    {
        if (command.ThinkingTokenBudget is not null && command.IsThinkingRefused)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination("-ThinkingTokenBudget turns thinking on, and -Thinking:$false turns it off.", "Specify only one of -ThinkingTokenBudget and -Thinking:$false."));
        }
    }

    /// <summary>A request with the fields of these parameters, and without messages.</summary>
    /// <exception cref="NotJsonException">A schema can't be represented in JSON.</exception>
    /// <exception cref="JsonException">A schema that is a string isn't JSON.</exception>
    public static ChatRequest ToRequest<T>(T command)
        where T : PSCmdlet, IChatSettings
    {
        return new ChatRequest
        {
            ResponseFormat = command.JsonSchema is { } schema ? new ChatResponseFormat(JsonType, ReadSchema(command, schema))
                : command.Json ? new ChatResponseFormat(JsonType)
                : null,
            MaxTokens = command.MaxTokens,
            StopSequences = command.StopSequence,
            Temperature = command.Temperature,
            Seed = command.Seed,
            FrequencyPenalty = command.FrequencyPenalty,
            PresencePenalty = command.PresencePenalty,
            K = command.TopK,
            P = command.TopP,
            LogProbs = command.LogProb ? true : null,
            Thinking = command.IsThinkingRefused ? new ChatThinkingOptions("disabled")
                : command.Thinking || command.ThinkingTokenBudget is not null ? new ChatThinkingOptions("enabled", command.ThinkingTokenBudget)
                : null,
        };
    }

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

    private static JsonElement ReadSchema(PSCmdlet command, object schema)
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
