using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>Batches of requests: <see href="https://docs.cohere.com/reference/create-batch"/>.</summary>
public sealed class BatchesClient
{
    /// <summary>The maximum size of a page, to list the batches in few calls.</summary>
    private const int PageSize = 1000;
    private const string Noun = "batch";

    private readonly ApiPipeline _pipeline;
    private readonly DatasetsClient _datasets;

    internal BatchesClient(ApiPipeline pipeline, DatasetsClient datasets)
    {
        _pipeline = pipeline;
        _datasets = datasets;
    }

    /// <summary>Starts a batch. The request is never retried, because a second batch would cost the same again.</summary>
    /// <param name="request">The dataset and the model.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call, but not the batch.</param>
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

    /// <summary>Lists the batches and requests all pages: <see href="https://docs.cohere.com/reference/list-batches"/>.</summary>
    /// <param name="orderBy">The order: <c>created_at</c> or <c>updated_at</c>, with <c> desc</c> for the newest first. Null uses the order of the service.</param>
    /// <param name="options">Settings for these calls, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public IAsyncEnumerable<Batch> ListAsync(string? orderBy = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        TokenPages.ReadAsync<WireBatchList, Batch>(
            _pipeline, Operations.ListBatches, Operations.ListBatches.Path, PageSize, BatchesJsonContext.Default.WireBatchList, TokenPages.InOrder(orderBy), options, cancellationToken);

    /// <summary>Gets one batch: <see href="https://docs.cohere.com/reference/get-batch"/>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<Batch> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.GetBatch, options) { Path = PathId.Fill(Operations.GetBatch, id, Noun) },
            Parse,
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Cancels a batch: <see href="https://docs.cohere.com/reference/cancel-batch"/>. Cohere bills the work until then.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.CancelBatch, options) { Path = PathId.Fill(Operations.CancelBatch, id, Noun) },
            reply => EmptyAnswer.Check(reply, id),
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Reads the results of a batch as they arrive, in the order of the service, each with its request. Requests without a
    /// result come last, with an <see cref="BatchResult.Error"/>. If the dataset with the requests was deleted, the results
    /// come without them.
    /// </summary>
    /// <param name="batch">A batch that has ended, as <see cref="GetAsync"/> returns it.</param>
    /// <param name="options">Settings for these calls. The timeout is also the longest pause of a file server.</param>
    /// <param name="cancellationToken">Cancels the download.</param>
    /// <exception cref="InvalidOperationException">The batch doesn't have results: its <see cref="Batch.OutputDatasetId"/> is empty.</exception>
    /// <exception cref="CohereException">While the results are read: a call failed, or a file can't be downloaded or read.</exception>
    public IAsyncEnumerable<BatchResult> ReadResultsAsync(Batch batch, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadResultsAsync(batch, onRequestsDeleted: null, options, cancellationToken);

    /// <summary>The same, and tells the caller if the results come without their requests.</summary>
    internal IAsyncEnumerable<BatchResult> ReadResultsAsync(Batch batch, Action? onRequestsDeleted, RequestOptions? options, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(batch.OutputDatasetId)
            ? throw new InvalidOperationException($"The batch '{batch.BatchId}' doesn't have results: its status is {batch.Status}.")
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
