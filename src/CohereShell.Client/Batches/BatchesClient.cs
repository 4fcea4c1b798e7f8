using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell;

/// <summary>Batches of requests: <see href="https://docs.cohere.com/reference/create-batch"/>.</summary>
public sealed class BatchesClient
{
    /// <summary>The most that a page holds: one call instead of many.</summary>
    private const int PageSize = 1000;
    private const string Noun = "batch";

    private readonly ApiPipeline _pipeline;

    internal BatchesClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Starts a batch. It is never sent twice: a second one would cost as much again.</summary>
    /// <param name="request">The dataset and the model.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call, and not the batch.</param>
    public Task<Batch> CreateAsync(BatchRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.CreateBatch, options)
            {
                Body = JsonBody.Serialize(request, BatchesJsonContext.Default.BatchRequest),
                Model = request.Model,
            },
            Parse,
            usageOf: null,
            cancellationToken);

    /// <summary>Lists the batches, page after page: <see href="https://docs.cohere.com/reference/list-batches"/>.</summary>
    /// <param name="options">What to set for these calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public IAsyncEnumerable<Batch> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        TokenPages.ReadAsync<WireBatchList, Batch>(
            _pipeline, Operations.ListBatches, Operations.ListBatches.Path, PageSize, BatchesJsonContext.Default.WireBatchList, options, cancellationToken);

    /// <summary>One batch: <see href="https://docs.cohere.com/reference/get-batch"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Batch> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.GetBatch, options) { Path = PathId.Fill(Operations.GetBatch, id, Noun) },
            Parse,
            usageOf: null,
            cancellationToken);

    /// <summary>Cancels a batch: <see href="https://docs.cohere.com/reference/cancel-batch"/>. What it has done so far is paid for.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.CancelBatch, options) { Path = PathId.Fill(Operations.CancelBatch, id, Noun) },
            // The answer has no content.
            _ => id,
            usageOf: null,
            cancellationToken);

    private static Batch? Parse(ApiReply reply) =>
        JsonSerializer.Deserialize(reply.Body.Span, BatchesJsonContext.Default.WireBatch)?.Batch is { BatchId.Length: > 0 } batch ? batch : null;
}
