namespace CohereShell;

/// <summary>
/// The operation catalogue, the only place that describes the endpoints of Cohere's API. URLs, retry safety, rate
/// limits, access policies, audit, Get-CohereOperation and the emulator's routes all use it.
/// See <see href="https://docs.cohere.com/reference/about"/>.
/// </summary>
public static class Operations
{
    private const string Get = "GET";
    private const string Post = "POST";
    private const string Delete = "DELETE";
    private const string Patch = "PATCH";
    private const OperationAccess Read = OperationAccess.Read;
    private const OperationAccess Write = OperationAccess.Write;

    // Static members are initialized in source order: the list and the limits must come before the operations, and All
    // after them.
    private static readonly List<Operation> Registered = [];
    internal static readonly IReadOnlyList<OperationLimit> DefaultLimits = Limit(LimitUnit.Requests, 500, 500);
    private static readonly IReadOnlyList<OperationLimit> ChatLimits = Limit(LimitUnit.Requests, 20, 500);
    // With a production key, these models have the limit of a trial key, unless agreed with Cohere. An array for PowerShell.
    private static readonly ModelLimit[] ChatModelLimits = new[]
    {
        "command-a-plus-05-2026",
        "command-a-reasoning-08-2025",
        "command-a-translate-08-2025",
        "command-a-vision-07-2025",
    }.Select(model => new ModelLimit(model, new OperationLimit(LimitUnit.Requests, 20, 20))).ToArray();
    private static readonly IReadOnlyList<OperationLimit> RerankLimits = Limit(LimitUnit.Requests, 10, 1000);
    private static readonly IReadOnlyList<OperationLimit> TokenizeLimits = Limit(LimitUnit.Requests, 100, 2000);
    // An array, because PowerShell can't index the list type that the compiler generates.
    private static readonly IReadOnlyList<OperationLimit> EmbedLimits = new[]
    {
        new OperationLimit(LimitUnit.Inputs, 2000, 2000),
        new OperationLimit(LimitUnit.Images, 5, 400),
    };

    /// <summary>Chat: <see href="https://docs.cohere.com/reference/chat"/>.</summary>
    public static Operation Chat { get; } = Register(new("Chat", "chatv2", "Chat", Post, "/v2/chat", Write)
    {
        IsBilled = true,
        UsesModel = true,
        Limits = ChatLimits,
        ModelLimits = ChatModelLimits,
        IsLimitedPerModel = true,
        Cmdlet = "Invoke-CohereChat",
    });

    internal static Operation ChatV1 { get; } = Register(new("ChatV1", "chat", "Chat", Post, "/v1/chat", Write) { IsBilled = true, UsesModel = true, Limits = ChatLimits, ModelLimits = ChatModelLimits, IsLimitedPerModel = true });

    /// <summary>Embeddings: <see href="https://docs.cohere.com/reference/embed"/>.</summary>
    public static Operation Embed { get; } = Register(new("Embed", "embedv2", "Embeddings", Post, "/v2/embed", Write)
    {
        IsBilled = true,
        UsesModel = true,
        Limits = EmbedLimits,
        Cmdlet = "New-CohereEmbedding",
    });

    internal static Operation EmbedV1 { get; } = Register(new("EmbedV1", "embed", "Embeddings", Post, "/v1/embed", Write) { IsBilled = true, UsesModel = true, Limits = EmbedLimits });

    /// <summary>Rerank: <see href="https://docs.cohere.com/reference/rerank"/>.</summary>
    public static Operation Rerank { get; } = Register(new("Rerank", "rerankv2", "Rerank", Post, "/v2/rerank", Write)
    {
        IsBilled = true,
        UsesModel = true,
        Limits = RerankLimits,
        Cmdlet = "Invoke-CohereRerank",
    });

    internal static Operation RerankV1 { get; } = Register(new("RerankV1", "rerank", "Rerank", Post, "/v1/rerank", Write) { IsBilled = true, UsesModel = true, Limits = RerankLimits });

    /// <summary>Classification: <see href="https://docs.cohere.com/reference/classify"/>.</summary>
    public static Operation Classify { get; } = Register(new("Classify", "classify", "Classify", Post, "/v1/classify", Write)
    {
        IsBilled = true,
        UsesModel = true,
        IsDeprecated = true,
        Cmdlet = "Invoke-CohereClassification",
    });

    /// <summary>Parse: <see href="https://docs.cohere.com/reference/parse"/>.</summary>
    public static Operation Parse { get; } = Register(new("Parse", "parsev2", "Parse", Post, "/v2/parse", Write)
    {
        IsBilled = true,
        UsesModel = true,
        Cmdlet = "Invoke-CohereParse",
    });

    /// <summary>Splits a text into tokens: <see href="https://docs.cohere.com/reference/tokenize"/>.</summary>
    public static Operation Tokenize { get; } = Register(new("Tokenize", "tokenize", "Tokens", Post, "/v1/tokenize", Read)
    {
        UsesModel = true,
        Limits = TokenizeLimits,
        Cmdlet = "ConvertTo-CohereToken",
    });

    /// <summary>Decodes tokens to text: <see href="https://docs.cohere.com/reference/detokenize"/>.</summary>
    public static Operation Detokenize { get; } = Register(new("Detokenize", "detokenize", "Tokens", Post, "/v1/detokenize", Read)
    {
        UsesModel = true,
        Cmdlet = "ConvertFrom-CohereToken",
    });

    /// <summary>Lists the models: <see href="https://docs.cohere.com/reference/list-models"/>.</summary>
    public static Operation ListModels { get; } = Register(new("ListModels", "list-models", "Models", Get, "/v1/models", Read)
    {
        Paging = PagingStyle.PageToken,
        Cmdlet = "Get-CohereModel",
    });

    /// <summary>Gets one model: <see href="https://docs.cohere.com/reference/get-model"/>.</summary>
    public static Operation GetModel { get; } = Register(new("GetModel", "get-model", "Models", Get, "/v1/models/{model}", Read)
    {
        IsModelInPath = true,
        Cmdlet = "Get-CohereModel",
    });

    /// <summary>Transcription: <see href="https://docs.cohere.com/reference/create-audio-transcription"/>.</summary>
    public static Operation CreateTranscription { get; } = Register(new("CreateTranscription", "create-transcription", "Audio", Post, "/v2/audio/transcriptions", Write)
    {
        IsBilled = true,
        UsesModel = true,
        Limits = Limit(LimitUnit.Requests, 5, null),
        Cmdlet = "Invoke-CohereTranscription",
    });

    /// <summary>Uploads a dataset: <see href="https://docs.cohere.com/reference/create-dataset"/>.</summary>
    public static Operation CreateDataset { get; } = Register(new("CreateDataset", "create-dataset", "Datasets", Post, "/v1/datasets", Write)
    {
        IsRepeatable = false,
        Cmdlet = "New-CohereDataset",
    });

    /// <summary>Lists the datasets: <see href="https://docs.cohere.com/reference/list-datasets"/>.</summary>
    public static Operation ListDatasets { get; } = Register(new("ListDatasets", "list-datasets", "Datasets", Get, "/v1/datasets", Read)
    {
        Paging = PagingStyle.Offset,
        Cmdlet = "Get-CohereDataset",
    });

    /// <summary>Gets the storage that datasets use: <see href="https://docs.cohere.com/reference/get-dataset-usage"/>.</summary>
    public static Operation GetDatasetUsage { get; } = Register(new("GetDatasetUsage", "get-dataset-usage", "Datasets", Get, "/v1/datasets/usage", Read)
    {
        Cmdlet = "Get-CohereDatasetUsage",
    });

    /// <summary>Gets one dataset: <see href="https://docs.cohere.com/reference/get-dataset"/>.</summary>
    public static Operation GetDataset { get; } = Register(new("GetDataset", "get-dataset", "Datasets", Get, "/v1/datasets/{id}", Read)
    {
        Cmdlet = "Get-CohereDataset",
    });

    /// <summary>Deletes a dataset: <see href="https://docs.cohere.com/reference/delete-dataset"/>.</summary>
    public static Operation DeleteDataset { get; } = Register(new("DeleteDataset", "delete-dataset", "Datasets", Delete, "/v1/datasets/{id}", Write)
    {
        Cmdlet = "Remove-CohereDataset",
    });

    /// <summary>Starts an embed job: <see href="https://docs.cohere.com/reference/create-embed-job"/>.</summary>
    public static Operation CreateEmbedJob { get; } = Register(new("CreateEmbedJob", "create-embed-job", "EmbedJobs", Post, "/v1/embed-jobs", Write)
    {
        IsBilled = true,
        UsesModel = true,
        IsRepeatable = false,
        Limits = Limit(LimitUnit.Requests, 5, 50),
        Cmdlet = "Start-CohereEmbedJob",
    });

    /// <summary>Lists the embed jobs: <see href="https://docs.cohere.com/reference/list-embed-jobs"/>.</summary>
    public static Operation ListEmbedJobs { get; } = Register(new("ListEmbedJobs", "list-embed-jobs", "EmbedJobs", Get, "/v1/embed-jobs", Read)
    {
        Cmdlet = "Get-CohereEmbedJob",
    });

    /// <summary>Gets one embed job: <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
    public static Operation GetEmbedJob { get; } = Register(new("GetEmbedJob", "get-embed-job", "EmbedJobs", Get, "/v1/embed-jobs/{id}", Read)
    {
        Cmdlet = "Get-CohereEmbedJob",
    });

    /// <summary>Cancels an embed job: <see href="https://docs.cohere.com/reference/cancel-embed-job"/>.</summary>
    public static Operation CancelEmbedJob { get; } = Register(new("CancelEmbedJob", "cancel-embed-job", "EmbedJobs", Post, "/v1/embed-jobs/{id}/cancel", Write)
    {
        Cmdlet = "Stop-CohereEmbedJob",
    });

    /// <summary>Starts a batch: <see href="https://docs.cohere.com/reference/create-batch"/>.</summary>
    public static Operation CreateBatch { get; } = Register(new("CreateBatch", "CreateBatch", "Batches", Post, "/v2/batches", Write)
    {
        IsBilled = true,
        UsesModel = true,
        IsRepeatable = false,
        Cmdlet = "Start-CohereBatch",
    });

    /// <summary>Lists the batches: <see href="https://docs.cohere.com/reference/list-batches"/>.</summary>
    public static Operation ListBatches { get; } = Register(new("ListBatches", "ListBatches", "Batches", Get, "/v2/batches", Read)
    {
        Paging = PagingStyle.PageToken,
        Cmdlet = "Get-CohereBatch",
    });

    /// <summary>Gets one batch: <see href="https://docs.cohere.com/reference/get-batch"/>.</summary>
    public static Operation GetBatch { get; } = Register(new("GetBatch", "GetBatch", "Batches", Get, "/v2/batches/{id}", Read)
    {
        Cmdlet = "Get-CohereBatch",
    });

    /// <summary>Cancels a batch: <see href="https://docs.cohere.com/reference/cancel-batch"/>.</summary>
    public static Operation CancelBatch { get; } = Register(new("CancelBatch", "CancelBatch", "Batches", Post, "/v2/batches/{id}:cancel", Write)
    {
        Cmdlet = "Stop-CohereBatch",
    });

    /// <summary>Trains a fine-tuned model: <see href="https://docs.cohere.com/reference/createfinetunedmodel"/>.</summary>
    public static Operation CreateFineTunedModel { get; } = Register(new("CreateFineTunedModel", "CreateFinetunedModel", "FineTuning", Post, "/v1/finetuning/finetuned-models", Write)
    {
        IsBilled = true,
        UsesModel = true,
        IsRepeatable = false,
        IsDeprecated = true,
        Cmdlet = "New-CohereFineTunedModel",
    });

    /// <summary>Lists the fine-tuned models: <see href="https://docs.cohere.com/reference/listfinetunedmodels"/>.</summary>
    public static Operation ListFineTunedModels { get; } = Register(new("ListFineTunedModels", "ListFinetunedModels", "FineTuning", Get, "/v1/finetuning/finetuned-models", Read)
    {
        Paging = PagingStyle.PageToken,
        IsDeprecated = true,
        Cmdlet = "Get-CohereFineTunedModel",
    });

    /// <summary>Gets one fine-tuned model: <see href="https://docs.cohere.com/reference/getfinetunedmodel"/>.</summary>
    public static Operation GetFineTunedModel { get; } = Register(new("GetFineTunedModel", "GetFinetunedModel", "FineTuning", Get, "/v1/finetuning/finetuned-models/{id}", Read)
    {
        IsModelInPath = true,
        IsDeprecated = true,
        Cmdlet = "Get-CohereFineTunedModel",
    });

    /// <summary>Changes a fine-tuned model: <see href="https://docs.cohere.com/reference/updatefinetunedmodel"/>.</summary>
    public static Operation UpdateFineTunedModel { get; } = Register(new("UpdateFineTunedModel", "UpdateFinetunedModel", "FineTuning", Patch, "/v1/finetuning/finetuned-models/{id}", Write)
    {
        IsModelInPath = true,
        IsDeprecated = true,
        Cmdlet = "Set-CohereFineTunedModel",
    });

    /// <summary>Deletes a fine-tuned model: <see href="https://docs.cohere.com/reference/deletefinetunedmodel"/>.</summary>
    public static Operation DeleteFineTunedModel { get; } = Register(new("DeleteFineTunedModel", "DeleteFinetunedModel", "FineTuning", Delete, "/v1/finetuning/finetuned-models/{id}", Write)
    {
        IsModelInPath = true,
        IsDeprecated = true,
        Cmdlet = "Remove-CohereFineTunedModel",
    });

    /// <summary>
    /// Lists the status changes of a fine-tuned model: <see href="https://docs.cohere.com/reference/listevents"/>.
    /// </summary>
    public static Operation ListFineTuningEvents { get; } = Register(new("ListFineTuningEvents", "ListEvents", "FineTuning", Get, "/v1/finetuning/finetuned-models/{finetuned_model_id}/events", Read)
    {
        IsModelInPath = true,
        Paging = PagingStyle.PageToken,
        IsDeprecated = true,
        Cmdlet = "Get-CohereFineTuningEvent",
    });

    /// <summary>
    /// Lists the metrics of the training steps:
    /// <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.
    /// </summary>
    public static Operation ListFineTuningMetrics { get; } = Register(new("ListFineTuningMetrics", "ListTrainingStepMetrics", "FineTuning", Get, "/v1/finetuning/finetuned-models/{finetuned_model_id}/training-step-metrics", Read)
    {
        IsModelInPath = true,
        Paging = PagingStyle.PageToken,
        IsDeprecated = true,
        Cmdlet = "Get-CohereFineTuningMetric",
    });

    /// <summary>Checks the API key: <see href="https://docs.cohere.com/reference/checkapikey"/>.</summary>
    public static Operation CheckApiKey { get; } = Register(new("CheckApiKey", "checkAPIKey", "Account", Post, "/v1/check-api-key", Read)
    {
        Cmdlet = "Test-CohereApiKey",
    });

    // Operations without a successor. A replaced operation is in its successor's group, so that denying the group denies both.
    internal static Operation Generate { get; } = Register(new("Generate", "generate", "Legacy", Post, "/v1/generate", Write) { IsBilled = true, UsesModel = true, IsDeprecated = true, IsRemoved = true });

    internal static Operation Summarize { get; } = Register(new("Summarize", "summarize", "Legacy", Post, "/v1/summarize", Write) { IsBilled = true, UsesModel = true, IsDeprecated = true, IsRemoved = true });

    internal static Operation CreateConnector { get; } = Register(new("CreateConnector", "create-connector", "Legacy", Post, "/v1/connectors", Write) { IsRepeatable = false, IsDeprecated = true, IsRemoved = true });

    internal static Operation ListConnectors { get; } = Register(new("ListConnectors", "list-connectors", "Legacy", Get, "/v1/connectors", Read) { Paging = PagingStyle.Offset, IsDeprecated = true, IsRemoved = true });

    internal static Operation GetConnector { get; } = Register(new("GetConnector", "get-connector", "Legacy", Get, "/v1/connectors/{id}", Read) { IsDeprecated = true, IsRemoved = true });

    internal static Operation UpdateConnector { get; } = Register(new("UpdateConnector", "update-connector", "Legacy", Patch, "/v1/connectors/{id}", Write) { IsDeprecated = true, IsRemoved = true });

    internal static Operation DeleteConnector { get; } = Register(new("DeleteConnector", "delete-connector", "Legacy", Delete, "/v1/connectors/{id}", Write) { IsDeprecated = true, IsRemoved = true });

    internal static Operation AuthorizeConnector { get; } = Register(new("AuthorizeConnector", "oAuthAuthorize-connector", "Legacy", Post, "/v1/connectors/{id}/oauth/authorize", Write) { IsDeprecated = true, IsRemoved = true });

    /// <summary>All operations, in the order of the groups in the API description.</summary>
    public static IReadOnlyList<Operation> All { get; } = Registered.AsReadOnly();

    /// <summary>Finds the operation for a method and a path. If the catalogue doesn't list it, creates one.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path below the base address, without a query: <c>/v1/models/command-a-03-2025</c>.</param>
    internal static Operation ForRequest(string method, string path) =>
        All.Where(operation => string.Equals(operation.Method, method, StringComparison.OrdinalIgnoreCase)
                && Matches(operation.Path, path))
            // '/v1/datasets/usage' is the storage usage, not a dataset with that name.
            .OrderBy(operation => operation.Path.IndexOf('{') >= 0)
            .FirstOrDefault()
        ?? Unknown(method, path);

    /// <summary>
    /// The operations that a server could take an unlisted request for: those with the same path and another method, and
    /// those whose path it continues.
    /// </summary>
    internal static IEnumerable<Operation> Near(Operation unlisted)
    {
        string[] actual = unlisted.Path.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        return All.Where(operation =>
        {
            string[] expected = operation.Path.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
            return Enumerable.Range(0, Math.Max(0, actual.Length - expected.Length + 1)).Any(start =>
                (start + expected.Length == actual.Length || operation.Method == unlisted.Method)
                && expected.Zip(actual.Skip(start), MatchesSegment).All(matches => matches));
        });
    }

    private static Operation Register(Operation operation)
    {
        Registered.Add(operation);
        return operation;
    }

    private static Operation Unknown(string method, string path)
    {
        string name = method.ToUpperInvariant();
        bool reads = name is Get or "HEAD" or "OPTIONS";
        return new Operation("Other", string.Empty, "Other", name, path, reads ? Read : Write)
        {
            // RFC 9110, section 9.2.2, defines which methods can be sent twice.
            IsRepeatable = reads || name is "PUT" or Delete,
            IsKnown = false,
        };
    }

    private static bool Matches(string template, string path)
    {
        string[] expected = template.Split('/');
        string[] actual = path.TrimEnd('/').Split('/');
        return expected.Length == actual.Length
            && expected.Zip(actual, MatchesSegment).All(matches => matches);
    }

    // A segment is text, a placeholder, or a placeholder with a verb after it: '{id}:cancel'. Case is ignored because some
    // gateways accept '/V2/Chat' for '/v2/chat', and that must not bypass an access policy.
    private static bool MatchesSegment(string expected, string actual)
    {
        int close = expected.IndexOf('}');
        if (close < 0)
        {
            return string.Equals(expected, actual, StringComparison.OrdinalIgnoreCase);
        }

        string suffix = expected.Substring(close + 1);
        return actual.Length > suffix.Length
            && actual.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            && (suffix.Length > 0 || actual.IndexOf(':') < 0);
    }

    private static OperationLimit[] Limit(LimitUnit unit, int? trial, int? production) =>
        [new OperationLimit(unit, trial, production)];
}
