namespace CohereShell;

/// <summary>Embed jobs, which embed a dataset: <see href="https://docs.cohere.com/reference/create-embed-job"/>.</summary>
public sealed class EmbedJobsClient
{
    private const string Noun = "embed job";

    private readonly ApiPipeline _pipeline;
    private readonly DatasetsClient _datasets;

    internal EmbedJobsClient(ApiPipeline pipeline, DatasetsClient datasets)
    {
        _pipeline = pipeline;
        _datasets = datasets;
    }

    /// <summary>Starts a job. The request is never retried, because a second job would cost the same again.</summary>
    /// <param name="request">The dataset and the model.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call, but not the job.</param>
    /// <returns>The job as it was requested. The service returns only its id.</returns>
    /// <exception cref="CohereException">The call failed.</exception>
    public async Task<EmbedJob> CreateAsync(EmbedJobRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        EmbedJobRequest complete = request with { Model = request.Model ?? DefaultModels.EmbedJob };
        WireEmbedJobId answer = await _pipeline.SendAsync(
            new ApiRequest(Operations.CreateEmbedJob, options)
            {
                Body = JsonBody.Serialize(complete, EmbedJobsJsonContext.Default.EmbedJobRequest),
                Model = complete.Model,
            },
            reply => JsonSerializer.Deserialize(reply.Body.Span, EmbedJobsJsonContext.Default.WireEmbedJobId) is { JobId.Length: > 0 } wire ? wire : null,
            wire => wire.Meta?.ToUsage(),
            cancellationToken).ConfigureAwait(false);
        return new EmbedJob
        {
            JobId = answer.JobId!,
            Name = complete.Name,
            Status = EmbedJobStatus.Processing,
            Model = complete.Model,
            InputDatasetId = complete.DatasetId,
            InputType = complete.InputType,
            EmbeddingTypes = complete.EmbeddingTypes,
            Truncate = complete.Truncate,
            CreatedAt = DateTimeOffset.Now,
        };
    }

    /// <summary>Lists the jobs: <see href="https://docs.cohere.com/reference/list-embed-jobs"/>. The list isn't paged.</summary>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public async Task<IReadOnlyList<EmbedJob>> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        WireEmbedJobList list = await _pipeline.SendAsync(
            new ApiRequest(Operations.ListEmbedJobs, options),
            reply => JsonSerializer.Deserialize(reply.Body.Span, EmbedJobsJsonContext.Default.WireEmbedJobList),
            usageOf: null,
            cancellationToken).ConfigureAwait(false);
        return (list.EmbedJobs ?? []).OfType<EmbedJob>().ToArray();
    }

    /// <summary>Gets one job: <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<EmbedJob> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.GetEmbedJob, options) { Path = PathId.Fill(Operations.GetEmbedJob, id, Noun) },
            reply => JsonSerializer.Deserialize(reply.Body.Span, EmbedJobsJsonContext.Default.EmbedJob) is { JobId.Length: > 0 } job ? job : null,
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Cancels a job: <see href="https://docs.cohere.com/reference/cancel-embed-job"/>. Cohere bills the work until
    /// then.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.CancelEmbedJob, options) { Path = PathId.Fill(Operations.CancelEmbedJob, id, Noun) },
            reply => EmptyAnswer.Check(reply, id),
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Reads the embeddings of a job as they arrive, in the order of the rows of its dataset. The fields that the dataset kept
    /// with the text are in <see cref="Embedding.InputObject"/>, as an <see cref="IReadOnlyDictionary{TKey, TValue}"/> from
    /// names to plain values; it is null if there aren't any.
    /// </summary>
    /// <param name="job">A complete job, as <see cref="GetAsync"/> returns it.</param>
    /// <param name="options">Settings for these calls. The timeout is also the longest pause of a file server.</param>
    /// <param name="cancellationToken">Cancels the download.</param>
    /// <exception cref="InvalidOperationException">The job doesn't have embeddings: its <see cref="EmbedJob.OutputDatasetId"/> is empty.</exception>
    /// <exception cref="CohereException">While the embeddings are read: a call failed, a file can't be downloaded or read, or a row doesn't contain an embedding.</exception>
    public IAsyncEnumerable<Embedding> ReadResultsAsync(EmbedJob job, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(job.OutputDatasetId))
        {
            throw new InvalidOperationException($"The embed job '{job.JobId}' doesn't have embeddings: its status is {job.Status}.");
        }

        return _datasets.RowsAsync(job.OutputDatasetId!, row => EmbedResultReader.Read(row.ToObject(), row.RowCount - 1, job), options, cancellationToken);
    }
}
