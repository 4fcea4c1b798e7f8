namespace CohereShell.Emulation;

/// <summary>
/// The emulated service: its data and its operations. It doesn't depend on how requests are received. The handler and
/// the socket server perform the faults that affect the connection.
/// </summary>
internal sealed class EmulatedApi : IHttpService, IDisposable
{
    private readonly CohereEmulatorOptions _options;
    private readonly EmulatorCore _core;
    private readonly FaultSequence _faults;
    private readonly DatasetStore _datasets;
    private long _requestCount;

    /// <exception cref="ArgumentOutOfRangeException">A value of the options is out of range.</exception>
    /// <exception cref="System.IO.IOException">
    /// The folder for the state can't be used, or another emulator is using it.
    /// </exception>
    internal EmulatedApi(CohereEmulatorOptions options)
    {
        _options = (options ?? throw new ArgumentNullException(nameof(options))).Validated();
        _faults = new FaultSequence(options.FaultRate, options.Seed);
        Store = new EmulatorStore(options.StatePath, TimeSpan.FromMilliseconds(options.JobDurationMs), options.Clock);
        try
        {
            _datasets = new DatasetStore(Store, TimeSpan.FromMilliseconds(options.ValidationDurationMs), options.DownloadUrlLifetime);
            _core = new EmulatorCore(Compose(Store, _datasets), new KeyCheck(options.ApiKey), Limits(options));
        }
        catch
        {
            Store.Dispose();
            throw;
        }

        Store.Resume();
    }

    internal long RequestCount => Interlocked.Read(ref _requestCount);

    /// <summary>The data that is kept between requests.</summary>
    internal EmulatorStore Store { get; }

    /// <summary>The service for files of datasets, at separate URLs.</summary>
    internal DownloadService Downloads => _datasets.Downloads;

    /// <summary>Ends background work, and deletes temporary files.</summary>
    public void Dispose()
    {
        Downloads.Dispose();
        Store.Dispose();
    }

    /// <inheritdoc/>
    public FaultChoice Begin()
    {
        Interlocked.Increment(ref _requestCount);
        return _options.FaultRate > 0 ? _faults.Next() : default;
    }

    /// <inheritdoc/>
    public UploadBody? BeginUpload(string method, string target) =>
        EmulatorRequest.OperationOf(method, target) == Operations.CreateDataset ? _datasets.NewUpload() : null;

    /// <summary>Answers a request after the latency. Ends early only if it's canceled.</summary>
    public async Task<EmulatorResponse> AnswerAsync(EmulatorRequest request, FaultChoice fault, CancellationToken cancellationToken)
    {
        if (_options.LatencyMs > 0)
        {
            await Task.Delay(_options.LatencyMs, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return _core.Answer(request, fault);
    }

    // Answers to a trial key contain counts even if the limits aren't enforced.
    private static RateLimitWindow? Limits(CohereEmulatorOptions options) => !options.EnforceRateLimit && options.KeyType != CohereKeyType.Trial
        ? null
        : new RateLimitWindow(
            options.RateLimitWindow,
            options.KeyType ?? CohereKeyType.Trial,
            options.MonthlyLimit ?? CohereEmulatorOptions.DefaultMonthlyLimit,
            options.EnforceRateLimit,
            options.Clock);

    // The only list of emulated operations. Other operations of the catalogue result in status 501.
    private static Dictionary<Operation, EmulatedOperation> Compose(EmulatorStore store, DatasetStore datasets)
    {
        var embedJobs = new DatasetJobs<StoredEmbedJob>(store, datasets, "embed-jobs", "embed job", EmbedJobRun.Start);
        var batches = new DatasetJobs<StoredBatch>(store, datasets, "batches", "batch", BatchRun.Start);
        var models = new DatasetJobs<StoredFineTunedModel>(store, datasets, "fine-tuned-models", "fine-tuned model", FineTuningRun.Start);
        return new()
        {
            [Operations.Chat] = new EmulatedChat(),
            [Operations.Embed] = new EmulatedEmbed(),
            [Operations.Rerank] = new EmulatedRerank(),
            [Operations.ChatV1] = new EmulatedChatV1(),
            [Operations.EmbedV1] = new EmulatedEmbedV1(),
            [Operations.RerankV1] = new EmulatedRerankV1(),
            [Operations.Classify] = new EmulatedClassify(),
            [Operations.Parse] = new EmulatedParse(),
            [Operations.Tokenize] = new EmulatedTokenize(),
            [Operations.Detokenize] = new EmulatedDetokenize(),
            [Operations.CreateTranscription] = new EmulatedTranscription(),
            [Operations.ListModels] = new EmulatedListModels(),
            [Operations.GetModel] = new EmulatedGetModel(),
            [Operations.CheckApiKey] = new EmulatedCheckApiKey(),
            [Operations.CreateDataset] = new EmulatedCreateDataset(datasets),
            [Operations.ListDatasets] = new EmulatedListDatasets(datasets),
            [Operations.GetDatasetUsage] = new EmulatedDatasetUsage(datasets),
            [Operations.GetDataset] = new EmulatedGetDataset(datasets),
            [Operations.DeleteDataset] = new EmulatedDeleteDataset(datasets),
            [Operations.CreateEmbedJob] = new EmulatedCreateEmbedJob(embedJobs),
            [Operations.ListEmbedJobs] = new EmulatedListEmbedJobs(embedJobs),
            [Operations.GetEmbedJob] = new EmulatedGetEmbedJob(embedJobs),
            [Operations.CancelEmbedJob] = new EmulatedCancelEmbedJob(embedJobs),
            [Operations.CreateBatch] = new EmulatedCreateBatch(batches),
            [Operations.ListBatches] = new EmulatedListBatches(batches),
            [Operations.GetBatch] = new EmulatedGetBatch(batches),
            [Operations.CancelBatch] = new EmulatedCancelBatch(batches),
            [Operations.CreateFineTunedModel] = new EmulatedCreateFineTunedModel(models),
            [Operations.ListFineTunedModels] = new EmulatedListFineTunedModels(models),
            [Operations.GetFineTunedModel] = new EmulatedGetFineTunedModel(models),
            [Operations.UpdateFineTunedModel] = new EmulatedUpdateFineTunedModel(models),
            [Operations.DeleteFineTunedModel] = new EmulatedDeleteFineTunedModel(models),
            [Operations.ListFineTuningEvents] = new EmulatedListFineTuningEvents(models),
            [Operations.ListFineTuningMetrics] = new EmulatedListFineTuningMetrics(models),
            [Operations.Generate] = new EmulatedRetired("Generate"),
            [Operations.Summarize] = new EmulatedRetired("Summarize"),
            [Operations.CreateConnector] = new EmulatedRetired("Connectors"),
            [Operations.ListConnectors] = new EmulatedRetired("Connectors"),
            [Operations.GetConnector] = new EmulatedRetired("Connectors"),
            [Operations.UpdateConnector] = new EmulatedRetired("Connectors"),
            [Operations.DeleteConnector] = new EmulatedRetired("Connectors"),
            [Operations.AuthorizeConnector] = new EmulatedRetired("Connectors"),
        };
    }
}
