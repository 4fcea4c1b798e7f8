using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>Batches of requests: <see href="https://docs.cohere.com/reference/create-batch"/>.</summary>
public sealed class BatchesClient
{
    /// <summary>The most that a page holds: one call instead of many.</summary>
    private const int PageSize = 1000;
    private const string Noun = "batch";

    private readonly ApiPipeline _pipeline;
    private readonly DatasetsClient _datasets;

    internal BatchesClient(ApiPipeline pipeline, DatasetsClient datasets)
    {
        _pipeline = pipeline;
        _datasets = datasets;
    }

    /// <summary>Starts a batch. It is never sent twice: a second one would cost as much again.</summary>
    /// <param name="request">The dataset and the model.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call, and not the batch.</param>
    /// <exception cref="CohereException">The call failed.</exception>
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
    /// <exception cref="CohereException">The call failed.</exception>
    public IAsyncEnumerable<Batch> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        TokenPages.ReadAsync<WireBatchList, Batch>(
            _pipeline, Operations.ListBatches, Operations.ListBatches.Path, PageSize, BatchesJsonContext.Default.WireBatchList, options, cancellationToken);

    /// <summary>One batch: <see href="https://docs.cohere.com/reference/get-batch"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">The id is empty, or consists of dots only.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
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
    /// <exception cref="ArgumentException">The id is empty, or consists of dots only.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.CancelBatch, options) { Path = PathId.Fill(Operations.CancelBatch, id, Noun) },
            // The answer has no content.
            _ => id,
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Reads the results of a batch as they arrive. They come in the order of the service, each with the request that it
    /// answers; requests without a result come last, with an <see cref="BatchResult.Error"/>. If the dataset with the
    /// requests is deleted, the results come without them.
    /// </summary>
    /// <param name="batch">A batch that has ended, as <see cref="GetAsync"/> returns it.</param>
    /// <param name="options">What to set for these calls. Its time is that for the longest silence of a file server too.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="InvalidOperationException">The batch has no results: it has no <see cref="Batch.OutputDatasetId"/>.</exception>
    /// <exception cref="CohereException">While the results are read: a call failed, or a file can't be downloaded or read.</exception>
    public IAsyncEnumerable<BatchResult> ReadResultsAsync(Batch batch, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadResultsAsync(batch, onRequestsDeleted: null, options, cancellationToken);

    /// <summary>The same, with a word to the caller where the results come without their requests.</summary>
    internal IAsyncEnumerable<BatchResult> ReadResultsAsync(Batch batch, Action? onRequestsDeleted, RequestOptions? options, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(batch.OutputDatasetId)
            ? throw new InvalidOperationException($"The batch '{batch.BatchId}' has no results: it is {batch.Status}.")
            : ReadResultsAsync(batch, batch.OutputDatasetId!, onRequestsDeleted, options, cancellationToken);

    private async IAsyncEnumerable<BatchResult> ReadResultsAsync(Batch batch, string outputId, Action? onRequestsDeleted, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using DatasetRowReader outputs = await _datasets.OpenRowsAsync(outputId, options, cancellationToken).ConfigureAwait(false);
        DatasetRowReader? inputs = null;
        try
        {
            inputs = await _datasets.OpenRowsAsync(batch.InputDatasetId, options, cancellationToken).ConfigureAwait(false);
        }
        catch (CohereException exception) when (exception.Reason == ErrorReason.NotFound)
        {
            onRequestsDeleted?.Invoke();
        }

        using (inputs)
        {
            IAsyncEnumerable<BatchResult> results = BatchJoin.ReadAsync(
                batch,
                inputs?.ReadAllAsync(static row => row.ToElement(), cancellationToken),
                outputs.ReadAllAsync(static row => row.ToElement(), cancellationToken),
                cancellationToken);
            await foreach (BatchResult result in results.ConfigureAwait(false))
            {
                yield return result;
            }
        }
    }

    private static Batch? Parse(ApiReply reply) =>
        JsonSerializer.Deserialize(reply.Body.Span, BatchesJsonContext.Default.WireBatch)?.Batch is { BatchId.Length: > 0 } batch ? batch : null;
}
