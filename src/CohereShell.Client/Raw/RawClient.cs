using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>Calls any path of the API, with the same policy, rate limits, retries and audit as other calls.</summary>
public sealed class RawClient
{
    private readonly ApiPipeline _pipeline;

    internal RawClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Calls a path and reads the JSON of the response. An empty response returns a JSON null.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path below the base address: <c>/v1/models</c>.</param>
    /// <param name="query">The query.</param>
    /// <param name="body">The JSON body, UTF-8.</param>
    /// <param name="options">Settings for this call, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="CohereException">The call failed.</exception>
    public async Task<JsonElement> SendAsync(
        string method,
        string path,
        IReadOnlyList<KeyValuePair<string, string>>? query = null,
        byte[]? body = null,
        RequestOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        path = RawPath.Check(path);
        if (!HeaderRules.IsToken(method))
        {
            throw new ArgumentException("The method isn't a valid HTTP method. Use a name such as GET or POST.", nameof(method));
        }

        var request = new ApiRequest(_pipeline.OperationOf(method, path), options)
        {
            Path = path,
            Query = query ?? [],
            Body = body,
            Model = ModelOf(body),
        };
        using JsonDocument document = await _pipeline.SendAsync(
            request,
            // A copy, because the document refers to the bytes as long as it exists.
            reply => reply.Body.IsEmpty ? JsonDocument.Parse("null") : JsonDocument.Parse(reply.Body.ToArray()),
            answer => UsageOf(answer.RootElement),
            cancellationToken).ConfigureAwait(false);
        return document.RootElement.Clone();
    }

    /// <summary>Calls a list operation and requests all pages.</summary>
    /// <param name="path">The path below the base address.</param>
    /// <param name="query">The query for every page.</param>
    /// <param name="options">Settings for these calls, such as the timeout.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The items of all pages.</returns>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<JsonElement> ListAsync(
        string path,
        IReadOnlyList<KeyValuePair<string, string>>? query = null,
        RequestOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        path = RawPath.Check(path);
        var pager = new Pager(_pipeline.OperationOf("GET", path).Paging, query ?? []);
        while (pager.HasMore)
        {
            JsonElement page = await SendAsync("GET", path, pager.Query, null, options, cancellationToken).ConfigureAwait(false);
            foreach (JsonElement item in pager.Turn(page))
            {
                yield return item;
            }
        }
    }

    private static string? ModelOf(byte[]? body)
    {
        if (body is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(JsonText.Clean(body));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("model", out JsonElement model)
                && model.ValueKind == JsonValueKind.String
                ? model.GetString()
                : null;
        }
        catch (JsonException)
        {
            // The caller's body isn't validated here. Without a model, the rate limit is counted without it.
            return null;
        }
    }

    // Responses of version 2 have "usage", those of version 1 "meta", with the same content.
    private static Usage? UsageOf(JsonElement answer)
    {
        try
        {
            return (ObjectIn(answer, "usage") ?? ObjectIn(answer, "meta"))?.Deserialize(RawJsonContext.Default.WireUsage)?.ToUsage();
        }
        catch (Exception exception) when (Fatal.IsAboutAnswer(exception))
        {
            // A path that the module doesn't know can report usage differently. The response is still valid.
            return null;
        }
    }

    private static JsonElement? ObjectIn(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
