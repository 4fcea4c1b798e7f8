using System;
using System.Collections.Generic;
using System.Linq;

namespace CohereShell;

/// <summary>What a group of the client asks the pipeline to send.</summary>
internal sealed class ApiRequest
{
    public ApiRequest(Operation operation, RequestOptions? options)
    {
        Operation = operation;
        Options = options ?? RequestOptions.Default;
        Path = operation.Path;
        Deprecation = operation.IsDeprecated ? $"{operation.Name} is deprecated: Cohere still answers it, and may stop to." : null;
    }

    public Operation Operation { get; }

    public RequestOptions Options { get; }

    /// <summary>The path with its placeholders filled in.</summary>
    public string Path { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>The JSON body, UTF-8.</summary>
    public byte[]? Body { get; init; }

    public string? Model { get; init; }

    public int InputCount { get; init; }

    public int ImageCount { get; init; }

    public bool IsStream { get; init; }

    /// <summary>What to warn of where Cohere has given up this call; null where it has not.</summary>
    public string? Deprecation { get; init; }

    /// <summary>
    /// The address. Base and path are joined as texts: resolving '/v2/chat' against a base with a path would lose the path.
    /// </summary>
    public Uri AddressBelow(Uri baseUri)
    {
        string query = string.Join("&", Query.Select(pair => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value)));
        char separator = Path.IndexOf('?') < 0 ? '?' : '&';
        return new Uri(baseUri.AbsoluteUri.TrimEnd('/') + Path + (query.Length > 0 ? separator + query : string.Empty));
    }
}
