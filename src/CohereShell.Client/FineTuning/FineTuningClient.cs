using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>
/// Fine-tuned models: <see href="https://docs.cohere.com/reference/listfinetunedmodels"/>. Cohere has retired fine-tuning;
/// whoever has fine-tuned models may still call this.
/// </summary>
public sealed class FineTuningClient
{
    /// <summary>What the API description calls the default; it names no maximum.</summary>
    private const int PageSize = 50;
    private const string Noun = "fine-tuned model";

    private readonly ApiPipeline _pipeline;

    internal FineTuningClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Trains a model: <see href="https://docs.cohere.com/reference/createfinetunedmodel"/>. It is never sent twice.</summary>
    /// <param name="request">What to learn from, and how.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call, and not the training.</param>
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

    /// <summary>Lists the models, page after page: <see href="https://docs.cohere.com/reference/listfinetunedmodels"/>.</summary>
    /// <param name="options">What to set for these calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public IAsyncEnumerable<FineTunedModel> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        TokenPages.ReadAsync<WireFineTunedModelList, FineTunedModel>(
            _pipeline, Operations.ListFineTunedModels, Operations.ListFineTunedModels.Path, PageSize, FineTuningJsonContext.Default.WireFineTunedModelList, options, cancellationToken);

    /// <summary>One model: <see href="https://docs.cohere.com/reference/getfinetunedmodel"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty, or consists of dots only.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<FineTunedModel> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.GetFineTunedModel, options) { Path = PathId.Fill(Operations.GetFineTunedModel, id, Noun) },
            Parse,
            usageOf: null,
            cancellationToken);

    /// <summary>Changes a model: <see href="https://docs.cohere.com/reference/updatefinetunedmodel"/>. The API takes name and settings as a whole.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="request">What it shall be.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty, or consists of dots only.</exception>
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

    /// <summary>Deletes a model: <see href="https://docs.cohere.com/reference/deletefinetunedmodel"/>. It cannot be brought back.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty, or consists of dots only.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task DeleteAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _pipeline.SendAsync(
            new ApiRequest(Operations.DeleteFineTunedModel, options) { Path = PathId.Fill(Operations.DeleteFineTunedModel, id, Noun) },
            // The answer has no content.
            _ => id,
            usageOf: null,
            cancellationToken);

    /// <summary>What has happened to a model, page after page: <see href="https://docs.cohere.com/reference/listevents"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What to set for these calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty, or consists of dots only.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<FineTuningEvent> ListEventsAsync(string id, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string path = PathId.Fill(Operations.ListFineTuningEvents, id, Noun);
        await foreach (FineTuningEvent item in TokenPages.ReadAsync<WireFineTuningEvents, FineTuningEvent>(
            _pipeline, Operations.ListFineTuningEvents, path, PageSize, FineTuningJsonContext.Default.WireFineTuningEvents, options, cancellationToken).ConfigureAwait(false))
        {
            item.ModelId = id;
            yield return item;
        }
    }

    /// <summary>The metrics of the steps of a training, page after page: <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.</summary>
    /// <param name="id">The id of the model.</param>
    /// <param name="options">What to set for these calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="System.ArgumentException">The id is empty, or consists of dots only.</exception>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<FineTuningMetric> ListMetricsAsync(string id, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string path = PathId.Fill(Operations.ListFineTuningMetrics, id, Noun);
        await foreach (FineTuningMetric item in TokenPages.ReadAsync<WireFineTuningMetrics, FineTuningMetric>(
            _pipeline, Operations.ListFineTuningMetrics, path, PageSize, FineTuningJsonContext.Default.WireFineTuningMetrics, options, cancellationToken).ConfigureAwait(false))
        {
            item.ModelId = id;
            yield return item;
        }
    }

    private static FineTunedModel? Parse(ApiReply reply) =>
        JsonSerializer.Deserialize(reply.Body.Span, FineTuningJsonContext.Default.WireFineTunedModelAnswer)?.Model?.ToModel();
}
