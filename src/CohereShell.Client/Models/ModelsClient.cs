using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>An endpoint that models are made for. See <see href="https://docs.cohere.com/reference/list-models"/>.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<ModelEndpoint>))]
public enum ModelEndpoint
{
    /// <summary>Chat.</summary>
    Chat,

    /// <summary>Embeddings.</summary>
    Embed,

    /// <summary>Classification.</summary>
    Classify,

    /// <summary>Summaries; replaced by chat.</summary>
    Summarize,

    /// <summary>Ranking by relevance.</summary>
    Rerank,

    /// <summary>Rating.</summary>
    Rate,

    /// <summary>Completion; replaced by chat.</summary>
    Generate,
}

/// <summary>The models of the account.</summary>
public sealed class ModelsClient
{
    /// <summary>The most that a page holds: one call instead of many.</summary>
    private const string PageSize = "1000";

    private readonly ApiPipeline _pipeline;

    internal ModelsClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Lists the models, page after page.</summary>
    /// <param name="endpoint">Only those that work with this endpoint.</param>
    /// <param name="defaultOnly">Only the endpoint's default model.</param>
    /// <param name="options">What to set for these calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
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

            // A server that hands out the same token again would never come to an end.
            token = string.IsNullOrEmpty(page.NextPageToken) || page.NextPageToken == token ? null : page.NextPageToken;
        }
        while (token is not null);
    }

    /// <summary>One model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public Task<CohereModel> GetAsync(string name, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        // Dots alone would climb to another path.
        string.IsNullOrEmpty(name) || name.Trim('.').Length == 0
            ? throw new ArgumentException($"'{name}' is no name of a model.", nameof(name))
            : _pipeline.SendAsync(
                new ApiRequest(Operations.GetModel, options) { Path = Operations.GetModel.Path.Replace("{model}", Uri.EscapeDataString(name)) },
                reply => JsonSerializer.Deserialize(reply.Body.Span, ModelsJsonContext.Default.CohereModel),
                usageOf: null,
                cancellationToken);
}
