using System.Collections.Generic;

namespace CohereShell;

/// <summary>The types of datasets, as the API names them. See <see href="https://docs.cohere.com/reference/create-dataset"/>.</summary>
internal static class DatasetTypes
{
    public const string EmbedInput = "embed-input";
    public const string BatchChat = "batch-chat-v2-input";
    public const string BatchEmbed = "batch-embed-v2-input";
    public const string BatchChatV1 = "batch-chat-input";
    public const string BatchOpenAIChat = "batch-openai-chat-input";
    public const string ChatFineTuning = "chat-finetune-input";
    public const string RerankFineTuning = "reranker-finetune-input";
    public const string SingleLabelFineTuning = "single-label-classification-finetune-input";
    public const string MultiLabelFineTuning = "multi-label-classification-finetune-input";

    /// <summary>All, those that only the service creates among them.</summary>
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
    ];
}
