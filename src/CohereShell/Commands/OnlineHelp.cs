namespace CohereShell.Commands;

/// <summary>The pages of Cohere's documentation that <c>Get-Help -Online</c> opens. The help pages repeat them as HelpUri.</summary>
internal static class OnlineHelp
{
    public const string Api = Reference + "about";
    public const string Batches = Docs + "batch";
    public const string CancelBatch = Reference + "cancel-batch";
    public const string CancelEmbedJob = Reference + "cancel-embed-job";
    public const string Chat = Reference + "chat";
    public const string CheckApiKey = Reference + "checkapikey";
    public const string Classify = Reference + "classify";
    public const string CreateAudioTranscription = Reference + "create-audio-transcription";
    public const string CreateBatch = Reference + "create-batch";
    public const string CreateDataset = Reference + "create-dataset";
    public const string CreateEmbedJob = Reference + "create-embed-job";
    public const string CreateFineTunedModel = Reference + "createfinetunedmodel";
    public const string DeleteDataset = Reference + "delete-dataset";
    public const string DeleteFineTunedModel = Reference + "deletefinetunedmodel";
    public const string Detokenize = Reference + "detokenize";
    public const string Embed = Reference + "embed";
    public const string EmbedJobs = Docs + "embed-jobs-api";
    public const string Embeddings = Docs + "embeddings";
    public const string GetBatch = Reference + "get-batch";
    public const string GetDataset = Reference + "get-dataset";
    public const string GetDatasetUsage = Reference + "get-dataset-usage";
    public const string GetEmbedJob = Reference + "get-embed-job";
    public const string GetFineTunedModel = Reference + "getfinetunedmodel";
    public const string ListBatches = Reference + "list-batches";
    public const string ListDatasets = Reference + "list-datasets";
    public const string ListEmbedJobs = Reference + "list-embed-jobs";
    public const string ListEvents = Reference + "listevents";
    public const string ListFineTunedModels = Reference + "listfinetunedmodels";
    public const string ListModels = Reference + "list-models";
    public const string ListTrainingStepMetrics = Reference + "listtrainingstepmetrics";
    public const string Parse = Reference + "parse";
    public const string Pricing = Docs + "how-does-cohere-pricing-work";
    public const string RateLimits = Docs + "rate-limits";
    public const string Rerank = Reference + "rerank";
    public const string SemanticSearch = Docs + "semantic-search-embed";
    public const string Tokenize = Reference + "tokenize";
    public const string ToolUse = Docs + "tool-use-overview";
    public const string UpdateFineTunedModel = Reference + "updatefinetunedmodel";

    private const string Reference = "https://docs.cohere.com/reference/";
    private const string Docs = "https://docs.cohere.com/docs/";
}
