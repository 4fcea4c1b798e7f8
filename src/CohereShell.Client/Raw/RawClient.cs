using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>Any path of the API, through the same policy, limits, retries and audit as everything else.</summary>
public sealed class RawClient
{
    private readonly ApiPipeline _pipeline;

    internal RawClient(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Calls a path and reads the JSON of its answer. An empty answer gives JSON's null.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path below the base address: <c>/v1/models</c>.</param>
    /// <param name="query">The query.</param>
    /// <param name="body">The JSON body, UTF-8.</param>
    /// <param name="options">What to set for this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
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
            throw new ArgumentException("That is not an HTTP method.", nameof(method));
        }

        var request = new ApiRequest(Operations.ForRequest(method, RawPath.Resolve(path)), options)
        {
            Path = path,
            Query = query ?? [],
            Body = body,
            Model = ModelOf(body),
        };
        using JsonDocument document = await _pipeline.SendAsync(
            request,
            // A copy: the document reads from the bytes that it is given for as long as it lives.
            reply => reply.Body.IsEmpty ? JsonDocument.Parse("null") : JsonDocument.Parse(reply.Body.ToArray()),
            answer => UsageOf(answer.RootElement),
            cancellationToken).ConfigureAwait(false);
        return document.RootElement.Clone();
    }

    /// <summary>Calls a list operation until there are no more pages.</summary>
    /// <param name="path">The path below the base address.</param>
    /// <param name="query">The query of every page.</param>
    /// <param name="options">What to set for these calls.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The items of all pages.</returns>
    /// <exception cref="CohereException">The call failed.</exception>
    public async IAsyncEnumerable<JsonElement> ListAsync(
        string path,
        IReadOnlyList<KeyValuePair<string, string>>? query = null,
        RequestOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        path = RawPath.Check(path);
        var pager = new Pager(Operations.ForRequest("GET", RawPath.Resolve(path)).Paging, query ?? []);
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
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("model", out JsonElement model)
                && model.ValueKind == JsonValueKind.String
                ? model.GetString()
                : null;
        }
        catch (JsonException)
        {
            // What the caller sends is the caller's matter; only the count of the limits goes without the model.
            return null;
        }
    }

    // v2 answers have "usage", v1 answers "meta", with the same parts in it.
    private static Usage? UsageOf(JsonElement answer)
    {
        try
        {
            return (ObjectIn(answer, "usage") ?? ObjectIn(answer, "meta"))?.Deserialize(RawJsonContext.Default.WireUsage)?.ToUsage();
        }
        catch (JsonException)
        {
            // Another kind of usage, on a path that this module does not know: the answer is good all the same.
            return null;
        }
    }

    private static JsonElement? ObjectIn(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
