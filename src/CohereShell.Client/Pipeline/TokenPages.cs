using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace CohereShell;

/// <summary>A page of a list that uses page tokens.</summary>
/// <typeparam name="T">The type of an item.</typeparam>
internal interface ITokenPage<T>
{
    IReadOnlyList<T?>? Items { get; }

    string? NextPageToken { get; }
}

/// <summary>Reads all pages of lists that use page tokens.</summary>
internal static class TokenPages
{
    /// <summary>The query for an order.</summary>
    /// <param name="orderBy">The order; null for that of the service.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> InOrder(string? orderBy) => orderBy is null ? [] : [new("order_by", orderBy)];

    public static async IAsyncEnumerable<T> ReadAsync<TPage, T>(
        ApiPipeline pipeline,
        Operation operation,
        string path,
        int pageSize,
        JsonTypeInfo<TPage> typeInfo,
        IReadOnlyList<KeyValuePair<string, string>> otherQuery,
        RequestOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TPage : class, ITokenPage<T>
        where T : class
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? token = null;
        do
        {
            var query = new List<KeyValuePair<string, string>> { new("page_size", FormattableString.Invariant($"{pageSize}")) };
            query.AddRange(otherQuery);
            if (token is not null)
            {
                query.Add(new("page_token", token));
            }

            TPage page = await pipeline.SendAsync(
                new ApiRequest(operation, options) { Path = path, Query = query },
                reply => JsonSerializer.Deserialize(reply.Body.Span, typeInfo),
                usageOf: null,
                cancellationToken).ConfigureAwait(false);
            foreach (T? item in page.Items ?? [])
            {
                if (item is not null)
                {
                    yield return item;
                }
            }

            token = page.NextPageToken;
        }
        // Without this check, a server that repeats a token would cause an endless loop.
        while (!string.IsNullOrEmpty(token) && seen.Add(token!));
    }
}
