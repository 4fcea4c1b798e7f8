using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell;

/// <summary>Jobs that embed a dataset: <see href="https://docs.cohere.com/reference/create-embed-job"/>.</summary>
public sealed class EmbedJobsClient
{
    private const string Noun = "embed job";

    private readonly ApiPipeline _pipeline;

    internal EmbedJobsClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Starts a job. It is never sent twice: a second job would cost as much again.</summary>
    /// <param name="request">The dataset and the model.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call, and not the job.</param>
    /// <returns>The job as it was asked for; the service answers with its id alone.</returns>
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
    public Task CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.CancelEmbedJob, options) { Path = PathId.Fill(Operations.CancelEmbedJob, id, Noun) },
            // The answer has no content.
            _ => id,
            usageOf: null,
            cancellationToken);
}
