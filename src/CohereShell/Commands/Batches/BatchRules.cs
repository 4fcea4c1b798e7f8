using System.Text.Json;
using System.Text.Json.Nodes;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Json;
using CohereShell.Rows;

namespace CohereShell.Commands;

/// <summary>The parameters of Start-CohereBatch: which ones can be combined, and the fields that they set.</summary>
internal static class BatchRules
{
    private static readonly string[] ChatParameters =
    [
        nameof(StartCohereBatchCommand.Prompt),
        nameof(StartCohereBatchCommand.SystemMessage),
        nameof(StartCohereBatchCommand.JsonSchema),
        nameof(StartCohereBatchCommand.Json),
        nameof(StartCohereBatchCommand.MaxTokens),
        nameof(StartCohereBatchCommand.Temperature),
        nameof(StartCohereBatchCommand.StopSequence),
        nameof(StartCohereBatchCommand.Seed),
        nameof(StartCohereBatchCommand.FrequencyPenalty),
        nameof(StartCohereBatchCommand.PresencePenalty),
        nameof(StartCohereBatchCommand.TopK),
        nameof(StartCohereBatchCommand.TopP),
        nameof(StartCohereBatchCommand.LogProb),
        nameof(StartCohereBatchCommand.Thinking),
        nameof(StartCohereBatchCommand.ThinkingTokenBudget),
    ];

    private static readonly string[] EmbedParameters = [nameof(StartCohereBatchCommand.InputType), nameof(StartCohereBatchCommand.EmbeddingType)];

    // After the other two, which it contains.
    private static readonly string[] RequestParameters =
    [
        nameof(StartCohereBatchCommand.Property),
        nameof(StartCohereBatchCommand.IdProperty),
        nameof(StartCohereBatchCommand.Body),
        nameof(StartCohereBatchCommand.Type),
        .. ChatParameters,
        .. EmbedParameters,
    ];

    /// <summary>Ends the command if its parameters can't be combined.</summary>
    public static void Check(StartCohereBatchCommand command, bool isDataset)
    {
        if (isDataset)
        {
            RefuseRequestParameters(command);
        }
        else
        {
            DatasetRules.RequireName(command, command.Name);
        }

        if (command.IsEmbed && command.Model.Length == 0)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination("-Type Embed requires -Model.", "Specify a model for embeddings, such as embed-v4.0."));
        }

        ChatSettings.Check(command);
        if ((command.IsEmbed ? ChatParameters : EmbedParameters).FirstOrDefault(command.IsBound) is { } other)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"-{other} is for {(command.IsEmbed ? "chat" : "embeddings")}, and this batch is for {(command.IsEmbed ? "embeddings" : "chat")}.",
                $"Leave -{other} out, choose another -Model, or specify with -Type what the model is for."));
        }
    }

    /// <summary>
    /// Ends the command if a parameter for making requests is used with a dataset, whose requests already exist.
    /// </summary>
    public static void RefuseRequestParameters(StartCohereBatchCommand command)
    {
        if (RequestParameters.FirstOrDefault(command.IsBound) is { } parameter)
        {
            command.ThrowTerminatingError(ErrorRecords.InvalidCombination($"-{parameter} can't be used with a dataset: its requests already exist.", $"Leave -{parameter} out."));
        }
    }

    /// <summary>
    /// The fields for each request that doesn't have them: from -Body and from the parameters for answers or embeddings.
    /// </summary>
    public static JsonObject DefaultsOf(StartCohereBatchCommand command)
    {
        JsonObject defaults = BatchBody.Of(BodyOf(command));
        if (command.IsEmbed)
        {
            var given = new EmbedRequest { InputType = command.InputType, EmbeddingTypes = command.EmbeddingType.Distinct().ToArray() };
            var request = (JsonObject)JsonNode.Parse(JsonBody.Serialize(given, EmbeddingsJsonContext.Default.EmbedRequest))!;
            foreach (KeyValuePair<string, JsonNode?> field in request.Where(field => !defaults.ContainsKey(field.Key)))
            {
                defaults[field.Key] = field.Value?.DeepClone();
            }

            return defaults;
        }

        foreach (KeyValuePair<string, JsonNode?> field in AnswerFields(command))
        {
            if (defaults.ContainsKey(field.Key))
            {
                command.ThrowTerminatingError(ErrorRecords.InvalidCombination($"-Body and a parameter both set '{field.Key}'.", "Leave the field out of -Body, or leave the parameter out."));
            }

            defaults[field.Key] = field.Value?.DeepClone();
        }

        return defaults;
    }

    private static JsonObject AnswerFields(StartCohereBatchCommand command)
    {
        try
        {
            var fields = (JsonObject)JsonNode.Parse(JsonBody.Serialize(ChatSettings.ToRequest(command), ChatJsonContext.Default.ChatRequest))!;
            fields.Remove("messages");
            return BatchBody.Of(fields);
        }
        catch (Exception exception) when (exception is NotJsonException or JsonException)
        {
            command.ThrowTerminatingError(ErrorRecords.NotJson(exception, exception is NotJsonException ? null : command.JsonSchema));
            throw;
        }
    }

    private static JsonObject BodyOf(StartCohereBatchCommand command)
    {
        try
        {
            return command.Body is null ? [] : JsonObject.Create(PowerShellJson.ToElement(command.Body))!;
        }
        catch (NotJsonException exception)
        {
            command.ThrowTerminatingError(ErrorRecords.NotJson(exception, command.Body));
            throw;
        }
    }
}
