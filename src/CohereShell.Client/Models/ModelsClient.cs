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
    private const string PageSize = "1000";

    private readonly ApiPipeline _pipeline;

    internal ModelsClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Lists the models and requests all pages.</summary>
    /// <param name="endpoint">Lists only models that support this endpoint.</param>
    /// <param name="defaultOnly">Lists only the default model of the endpoint.</param>
    /// <param name="options">Settings for these calls, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<CohereModel> ListAsync(
        ModelEndpoint? endpoint = null,
        bool defaultOnly = false,
        RequestOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? token = null;
        do
        {
            var query = new List<KeyValuePair<string, string>> { new("page_size", PageSize) };
            if (endpoint is { } wanted)
            {
                query.Add(new("endpoint", JsonNamingPolicy.SnakeCaseLower.ConvertName(wanted.ToString())));
            }

            if (defaultOnly)
            {
                query.Add(new("default_only", "true"));
            }

            if (token is not null)
            {
                query.Add(new("page_token", token));
            }

            WireModelList page = await _pipeline.SendAsync(
                new ApiRequest(Operations.ListModels, options) { Query = query },
                reply => JsonSerializer.Deserialize(reply.Body.Span, ModelsJsonContext.Default.WireModelList),
                usageOf: null,
                cancellationToken).ConfigureAwait(false);
            foreach (CohereModel model in page.Models ?? [])
            {
                yield return model;
            }

            // Without this check, a server that repeats a token would cause an endless loop.
            token = string.IsNullOrEmpty(page.NextPageToken) || page.NextPageToken == token ? null : page.NextPageToken;
        }
        while (token is not null);
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
                reply => JsonSerializer.Deserialize(reply.Body.Span, ModelsJsonContext.Default.CohereModel),
                usageOf: null,
                cancellationToken);
}
