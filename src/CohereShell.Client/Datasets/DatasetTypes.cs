namespace CohereShell;

/// <summary>
/// The types of datasets, for <see cref="DatasetRequest.Type"/>. See
/// <see href="https://docs.cohere.com/reference/create-dataset"/>.
/// </summary>
public static class DatasetTypes
{
    /// <summary>Texts for an embed job.</summary>
    public const string EmbedInput = "embed-input";

    /// <summary>Chat requests of API version 2, for a batch.</summary>
    public const string BatchChat = "batch-chat-v2-input";

    /// <summary>Embed requests of API version 2, for a batch.</summary>
    public const string BatchEmbed = "batch-embed-v2-input";

    /// <summary>Chat requests of API version 1, for a batch.</summary>
    public const string BatchChatV1 = "batch-chat-input";

    /// <summary>Chat requests in OpenAI's format, for a batch.</summary>
    public const string BatchOpenAIChat = "batch-openai-chat-input";

    /// <summary>Conversations to train a chat model.</summary>
    public const string ChatFineTuning = "chat-finetune-input";

    /// <summary>Queries and their relevant passages to train a rerank model.</summary>
    public const string RerankFineTuning = "reranker-finetune-input";

    /// <summary>Texts with one label each to train a classifier.</summary>
    public const string SingleLabelFineTuning = "single-label-classification-finetune-input";

    /// <summary>Texts with several labels each to train a classifier.</summary>
    public const string MultiLabelFineTuning = "multi-label-classification-finetune-input";

    /// <summary>All types, including those that only the service creates.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        EmbedInput,
        "embed-result",
        "cluster-result",
        "cluster-outliers",
        RerankFineTuning,
        SingleLabelFineTuning,
        ChatFineTuning,
        MultiLabelFineTuning,
        BatchChatV1,
        BatchOpenAIChat,
        BatchEmbed,
        BatchChat,
        "batch-embed-v2-output",
        "batch-chat-v2-output",
    ];
}
