using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>
/// Fine-tuned models: <see href="https://docs.cohere.com/reference/listfinetunedmodels"/>. Cohere has retired fine-tuning.
/// It still works for accounts that have fine-tuned models.
/// </summary>
public sealed class FineTuningClient
{
    /// <summary>The default page size in the API description, which doesn't define a maximum.</summary>
    private const int PageSize = 50;
    private const string Noun = "fine-tuned model";

    private readonly ApiPipeline _pipeline;

    internal FineTuningClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>
    /// Trains a model: <see href="https://docs.cohere.com/reference/createfinetunedmodel"/>. The request is never
    /// retried.
    /// </summary>
    /// <param name="request">The training data and settings.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call, but not the training.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<FineTunedModel> CreateAsync(FineTunedModelRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.CreateFineTunedModel, options)
            {
                Body = JsonBody.Serialize(WireFineTunedModel.Of(request), FineTuningJsonContext.Default.WireFineTunedModel),
                Model = request.BaseModel,
            },
            Parse,
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Lists the models and requests all pages: <see href="https://docs.cohere.com/reference/listfinetunedmodels"/>.
    /// </summary>
    /// <param name="orderBy">The order: <c>created_at</c>, with <c> desc</c> for the newest first. Null uses the order of the service.</param>
    /// <param name="options">Settings for these calls, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public IAsyncEnumerable<FineTunedModel> ListAsync(string? orderBy = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        TokenPages.ReadAsync<WireFineTunedModelList, FineTunedModel>(
            _pipeline, Operations.ListFineTunedModels, Operations.ListFineTunedModels.Path, PageSize, FineTuningJsonContext.Default.WireFineTunedModelList, TokenPages.InOrder(orderBy), options, cancellationToken);

    /// <summary>Gets one model: <see href="https://docs.cohere.com/reference/getfinetunedmodel"/>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<FineTunedModel> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.GetFineTunedModel, options) { Path = PathId.Fill(Operations.GetFineTunedModel, id, Noun) },
            Parse,
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Changes a model: <see href="https://docs.cohere.com/reference/updatefinetunedmodel"/>. The API replaces the name
    /// and all settings.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="request">The new name and settings.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<FineTunedModel> UpdateAsync(string id, FineTunedModelRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.UpdateFineTunedModel, options)
            {
                Path = PathId.Fill(Operations.UpdateFineTunedModel, id, Noun),
                Body = JsonBody.Serialize(WireFineTunedModel.Of(request), FineTuningJsonContext.Default.WireFineTunedModel),
            },
            Parse,
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Deletes a model: <see href="https://docs.cohere.com/reference/deletefinetunedmodel"/>. You can't restore it.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task DeleteAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.DeleteFineTunedModel, options) { Path = PathId.Fill(Operations.DeleteFineTunedModel, id, Noun) },
            reply => EmptyAnswer.Check(reply, id),
            usageOf: null,
            cancellationToken);

    /// <summary>
    /// Lists the status changes of a model and requests all pages:
    /// <see href="https://docs.cohere.com/reference/listevents"/>.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="orderBy">The order: <c>created_at</c>, with <c> desc</c> for the newest first. Null uses the order of the service.</param>
    /// <param name="options">Settings for these calls, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<FineTuningEvent> ListEventsAsync(string id, string? orderBy = null, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string path = PathId.Fill(Operations.ListFineTuningEvents, id, Noun);
        await foreach (FineTuningEvent item in TokenPages.ReadAsync<WireFineTuningEvents, FineTuningEvent>(
            _pipeline, Operations.ListFineTuningEvents, path, PageSize, FineTuningJsonContext.Default.WireFineTuningEvents, TokenPages.InOrder(orderBy), options, cancellationToken).ConfigureAwait(false))
        {
            item.ModelId = id;
            yield return item;
        }
    }

    /// <summary>
    /// Lists the metrics of the training steps and requests all pages:
    /// <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.
    /// </summary>
    /// <param name="id">The id of the model.</param>
    /// <param name="options">Settings for these calls, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty or consists only of dots.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<FineTuningMetric> ListMetricsAsync(string id, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string path = PathId.Fill(Operations.ListFineTuningMetrics, id, Noun);
        await foreach (FineTuningMetric item in TokenPages.ReadAsync<WireFineTuningMetrics, FineTuningMetric>(
            _pipeline, Operations.ListFineTuningMetrics, path, PageSize, FineTuningJsonContext.Default.WireFineTuningMetrics, [], options, cancellationToken).ConfigureAwait(false))
        {
            item.ModelId = id;
            yield return item;
        }
    }

    private static FineTunedModel? Parse(ApiReply reply) =>
        JsonSerializer.Deserialize(reply.Body.Span, FineTuningJsonContext.Default.WireFineTunedModelAnswer)?.Model?.ToModel();
}
