namespace CohereShell;

/// <summary>Jobs that embed a dataset: <see href="https://docs.cohere.com/reference/create-embed-job"/>.</summary>
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

    /// <summary>Starts a job. It is never sent twice: a second job would cost as much again.</summary>
    /// <param name="request">The dataset and the model.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call, and not the job.</param>
    /// <returns>The job as it was asked for; the service answers with its id alone.</returns>
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

    /// <summary>Lists the jobs: <see href="https://docs.cohere.com/reference/list-embed-jobs"/>. There are no pages.</summary>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
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

    /// <summary>One job: <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">The id is empty, or consists of dots only.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<EmbedJob> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.GetEmbedJob, options) { Path = PathId.Fill(Operations.GetEmbedJob, id, Noun) },
            reply => JsonSerializer.Deserialize(reply.Body.Span, EmbedJobsJsonContext.Default.EmbedJob) is { JobId.Length: > 0 } job ? job : null,
            usageOf: null,
            cancellationToken);

    /// <summary>Cancels a job: <see href="https://docs.cohere.com/reference/cancel-embed-job"/>. What it has done so far is paid for.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">The id is empty, or consists of dots only.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.CancelEmbedJob, options) { Path = PathId.Fill(Operations.CancelEmbedJob, id, Noun) },
            // The answer has no content.
            _ => id,
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Reads the embeddings that a job has made as they arrive, in the order of the rows of its dataset. The fields that the
    /// dataset kept beside the text are in <see cref="Embedding.InputObject"/>, as an
    /// <see cref="IReadOnlyDictionary{TKey, TValue}"/> from their names to plain values; it is null where there are none.
    /// </summary>
    /// <param name="job">A job that is complete, as <see cref="GetAsync"/> returns it.</param>
    /// <param name="options">What to set for these calls. Its time is that for the longest silence of a file server too.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="InvalidOperationException">The job has no embeddings: it has no <see cref="EmbedJob.OutputDatasetId"/>.</exception>
    /// <exception cref="CohereException">While the embeddings are read: a call failed, a file can't be downloaded or read, or a row holds no embedding.</exception>
    public IAsyncEnumerable<Embedding> ReadResultsAsync(EmbedJob job, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(job.OutputDatasetId))
        {
            throw new InvalidOperationException($"The embed job '{job.JobId}' has no embeddings: it is {job.Status}.");
        }

        return _datasets.RowsAsync(job.OutputDatasetId!, row => EmbedResultReader.Read(row.ToObject(), row.RowCount - 1, job), options, cancellationToken);
    }
}
