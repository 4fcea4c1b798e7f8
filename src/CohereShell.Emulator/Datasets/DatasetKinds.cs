namespace CohereShell.Emulation;

/// <summary>The types of datasets that can be uploaded: <see href="https://docs.cohere.com/docs/datasets#dataset-types"/>.</summary>
internal static class DatasetKinds
{
    internal const string EmbedInput = "embed-input";
    internal const string EmbedResult = "embed-result";
    internal const string MultiLabel = "multi-label-classification-finetune-input";
    internal const string BatchEmbed = "batch-embed-v2-input";
    private static readonly string[] Request = ["custom_id", "body"];
    private static readonly string[] Roles = ["system", "user", "chatbot", "assistant"];

    internal static IReadOnlyList<DatasetKind> All { get; } =
    [
        new(EmbedInput, ["text"], row => Text(row, "text")),
        new("reranker-finetune-input", ["query", "relevant_passages", "hard_negatives"], CheckRerank),
        new("single-label-classification-finetune-input", ["text", "label"], row => Text(row, "text") ?? Text(row, "label")),
        new(MultiLabel, ["text", "label"], row => Text(row, "text") ?? Texts(row, "label", 1)),
        new("chat-finetune-input", ["messages"], CheckMessages),
        new("batch-chat-input", Request, CheckRequest),
        new("batch-openai-chat-input", Request, CheckRequest),
        new(BatchEmbed, Request, CheckRequest),
        new("batch-chat-v2-input", Request, CheckRequest),
    ];

    /// <summary>Finds a type by its name. Null if datasets of that type can't be uploaded.</summary>
    internal static DatasetKind? Find(string? name) => All.FirstOrDefault(kind => kind.Name == name);

    private static string? Text(JsonElement row, string field) => row.GetProperty(field) switch
    {
        { ValueKind: not JsonValueKind.String } => $"field '{field}' must be a string",
        var value when value.GetString()!.Trim().Length == 0 => $"field '{field}' must not be empty",
        _ => null,
    };

    private static string? Texts(JsonElement row, string field, int min)
    {
        JsonElement list = row.GetProperty(field);
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            return $"field '{field}' must be a list of strings";
        }

        return list.GetArrayLength() >= min ? null : $"field '{field}' must not be empty";
    }

    private static string? CheckRerank(JsonElement row) =>
        Text(row, "query") ?? Texts(row, "relevant_passages", 1) ?? Texts(row, "hard_negatives", 0);

    private static string? CheckMessages(JsonElement row)
    {
        JsonElement messages = row.GetProperty("messages");
        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            return "field 'messages' must be a list that is not empty";
        }

        return messages.EnumerateArray().All(IsMessage) ? null : "each of 'messages' must have a role of System, User or Chatbot, and content";
    }

    private static bool IsMessage(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object
        && message.TryGetProperty("role", out JsonElement role) && role.ValueKind == JsonValueKind.String
        && Roles.Contains(role.GetString(), StringComparer.OrdinalIgnoreCase)
        && message.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String;

    private static string? CheckRequest(JsonElement row) =>
        Text(row, "custom_id") ?? (row.GetProperty("body").ValueKind == JsonValueKind.Object ? null : "field 'body' must be an object");
}
