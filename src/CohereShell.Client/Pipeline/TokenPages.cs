using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace CohereShell;

/// <summary>A page of a list that is handed out with tokens.</summary>
/// <typeparam name="T">The type of an item.</typeparam>
internal interface ITokenPage<T>
{
    IReadOnlyList<T?>? Items { get; }

    string? NextPageToken { get; }
}

/// <summary>Reads lists that are handed out with tokens, page after page, to the end.</summary>
internal static class TokenPages
{
    public static async IAsyncEnumerable<T> ReadAsync<TPage, T>(
        ApiPipeline pipeline,
        Operation operation,
        string path,
        int pageSize,
        JsonTypeInfo<TPage> typeInfo,
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
        // A server that hands out a token again would never come to an end.
        while (!string.IsNullOrEmpty(token) && seen.Add(token!));
    }
}
