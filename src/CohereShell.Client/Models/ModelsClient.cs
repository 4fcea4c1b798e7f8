using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>An endpoint that models support. See <see href="https://docs.cohere.com/reference/list-models"/>.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<ModelEndpoint>))]
public enum ModelEndpoint
{
    /// <summary>Chat.</summary>
    Chat,

    /// <summary>Embeddings.</summary>
    Embed,

    /// <summary>Classification.</summary>
    Classify,

    /// <summary>Summaries; chat has replaced it.</summary>
    Summarize,

    /// <summary>Ranking by relevance.</summary>
    Rerank,

    /// <summary>Rating.</summary>
    Rate,

    /// <summary>Text completion; chat has replaced it.</summary>
    Generate,
}

/// <summary>The models of the account.</summary>
public sealed class ModelsClient
{
    /// <summary>The maximum size of a page, to list the models in one call.</summary>
    private const int PageSize = 1000;

    private readonly ApiPipeline _pipeline;
    private readonly SeenModels _seen;

    internal ModelsClient(CohereSession session, ApiPipeline pipeline)
    {
        _pipeline = pipeline;
        _seen = session.SeenModels;
    }

    /// <summary>Lists the models and requests all pages.</summary>
    /// <param name="endpoint">Lists only models that support this endpoint.</param>
    /// <param name="defaultOnly">Lists only the default model of the endpoint.</param>
    /// <param name="options">Settings for these calls, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public IAsyncEnumerable<CohereModel> ListAsync(
        ModelEndpoint? endpoint = null,
        bool defaultOnly = false,
        RequestOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var query = new List<KeyValuePair<string, string>>();
        if (endpoint is { } wanted)
        {
            query.Add(new("endpoint", JsonNamingPolicy.SnakeCaseLower.ConvertName(wanted.ToString())));
        }

        if (defaultOnly)
        {
            query.Add(new("default_only", "true"));
        }

        return ReadAsync(query, options, cancellationToken);
    }

    private async IAsyncEnumerable<CohereModel> ReadAsync(List<KeyValuePair<string, string>> query, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (CohereModel model in TokenPages.ReadAsync<WireModelList, CohereModel>(
            _pipeline, Operations.ListModels, Operations.ListModels.Path, PageSize, ModelsJsonContext.Default.WireModelList, query, options, cancellationToken).ConfigureAwait(false))
        {
            Note(model);
            yield return model;
        }
    }

    /// <summary>Gets one model.</summary>
    /// <param name="name">The name of the model.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<CohereModel> GetAsync(string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        // A name of dots would lead to another path.
        string.IsNullOrEmpty(name) || name.Trim('.').Length == 0
            ? throw new ArgumentException($"'{name}' isn't a valid model name.", nameof(name))
            : _pipeline.SendAsync(
                new ApiRequest(Operations.GetModel, options) { Path = Operations.GetModel.Path.Replace("{model}", Uri.EscapeDataString(name)) },
                reply => JsonSerializer.Deserialize(reply.Body.Span, ModelsJsonContext.Default.CohereModel) is { Name.Length: > 0 } model ? Note(model) : null,
                usageOf: null,
                cancellationToken);

    private CohereModel Note(CohereModel model)
    {
        _seen.Add(model.Name, model.ContextLength);
        if (model.IsDeprecated)
        {
            _pipeline.RememberDeprecated(model.Name);
        }

        return model;
    }
}
