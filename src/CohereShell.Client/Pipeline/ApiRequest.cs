using System.Net.Http;

namespace CohereShell;

/// <summary>What a group of the client asks the pipeline to send.</summary>
internal sealed class ApiRequest
{
    public ApiRequest(Operation operation, RequestOptions? options)
    {
        Operation = operation;
        Options = options ?? RequestOptions.Default;
        Path = operation.Path;
        Deprecation = !operation.IsDeprecated ? null
            // The same for the whole group: it is said once in a session.
            : operation.Group == Operations.CreateFineTunedModel.Group ? "Cohere has retired fine-tuning for new customers: it still answers those who have fine-tuned models, and may stop doing so."
            : $"{operation.Name} is deprecated: Cohere still answers it, and may stop doing so.";
    }

    public Operation Operation { get; }

    public RequestOptions Options { get; }

    /// <summary>The path with its placeholders filled in.</summary>
    public string Path { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>The JSON body, UTF-8.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body where it is not JSON.</summary>
    public MultipartForm? Form { get; init; }

    public string? Model { get; init; }

    public int InputCount { get; init; }

    public int ImageCount { get; init; }

    public bool IsStream { get; init; }

    /// <summary>What to warn of where Cohere has given up this call; null where it has not.</summary>
    public string? Deprecation { get; init; }

    /// <summary>What makes the body, with the fields that the user adds: anew for each attempt, since it can be sent once only.</summary>
    public Func<HttpContent?> CreateContentFactory()
    {
        IReadOnlyDictionary<string, JsonElement>? extra = Options.AdditionalProperties is { Count: > 0 } fields ? fields : null;
        if (Form is not null)
        {
            return (extra is null ? Form : Form.With(extra)).ToContent;
        }

        byte[]? body = extra is null ? Body : JsonBody.Merge(Body, extra);
        return () => body is null ? null : JsonBody.ToContent(body);
    }

    /// <summary>
    /// The address. Base and path are joined as texts: resolving '/v2/chat' against a base with a path would lose the path.
    /// </summary>
    /// <exception cref="ArgumentException">The address would lead to another path.</exception>
    public Uri AddressBelow(Uri baseUri)
    {
        string query = string.Join("&", Query.Select(pair => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value)));
        char separator = Path.IndexOf('?') < 0 ? '?' : '&';
        var address = new Uri(baseUri.AbsoluteUri.TrimEnd('/') + Path + (query.Length > 0 ? separator + query : string.Empty));
        // In Windows PowerShell, Uri still resolves an escaped slash, and drops the dots that a segment ends with.
        return RawPath.Resolve(address.AbsolutePath) == RawPath.Resolve(baseUri.AbsolutePath + Path)
            ? address
            : throw new ArgumentException($"'{Path}' would be sent as '{address.AbsolutePath}'. An id with a slash in it, or with a dot at its end, cannot be sent from Windows PowerShell.");
    }
}
