using System.Text.Json.Nodes;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>The parameters of Start-CohereBatch: which ones can be combined, and the fields that they set.</summary>
internal static class BatchRules
{
    private static readonly string[] RequestParameters =
    [
        nameof(StartCohereBatchCommand.Property),
        nameof(StartCohereBatchCommand.IdProperty),
        nameof(StartCohereBatchCommand.Prompt),
        nameof(StartCohereBatchCommand.SystemMessage),
        nameof(StartCohereBatchCommand.InputType),
        nameof(StartCohereBatchCommand.EmbeddingType),
        nameof(StartCohereBatchCommand.Body),
        nameof(StartCohereBatchCommand.Type),
    ];

    private static readonly string[] ChatParameters = [nameof(StartCohereBatchCommand.Prompt), nameof(StartCohereBatchCommand.SystemMessage)];
    private static readonly string[] EmbedParameters = [nameof(StartCohereBatchCommand.InputType), nameof(StartCohereBatchCommand.EmbeddingType)];

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
    /// The fields for each request that doesn't have them: from -Body and, for embeddings, from other parameters.
    /// </summary>
    public static JsonObject DefaultsOf(StartCohereBatchCommand command)
    {
        JsonObject defaults = BodyOf(command);
        if (command.IsEmbed)
        {
            var given = new EmbedRequest { InputType = command.InputType, EmbeddingTypes = command.EmbeddingType.Distinct().ToArray() };
            var request = (JsonObject)JsonNode.Parse(JsonBody.Serialize(given, EmbeddingsJsonContext.Default.EmbedRequest))!;
            foreach (KeyValuePair<string, JsonNode?> field in request.Where(field => !defaults.ContainsKey(field.Key)))
            {
                defaults[field.Key] = field.Value?.DeepClone();
            }
        }

        return defaults;
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
