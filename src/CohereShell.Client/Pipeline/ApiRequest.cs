using System.Net.Http;

namespace CohereShell;

/// <summary>A request that an API group sends through the pipeline.</summary>
internal sealed class ApiRequest
{
    private byte[]? _sent;

    public ApiRequest(Operation operation, RequestOptions? options)
    {
        Operation = operation;
        Options = options ?? RequestOptions.Default;
        Path = operation.Path;
        Deprecation = !operation.IsDeprecated ? null
            // The same text for the whole group, because a session shows each warning once.
            : operation.Group == Operations.CreateFineTunedModel.Group ? "Cohere has retired fine-tuning for new customers. It still works for accounts that have fine-tuned models, but Cohere may stop supporting it."
            : operation.IsRemoved ? $"Cohere has removed {operation.Method} {operation.Path} from its API. Only an older private deployment can still answer it. See https://docs.cohere.com/docs/deprecations"
            : $"{operation.Method} {operation.Path} is deprecated. It still works, but Cohere may stop supporting it.";
    }

    public Operation Operation { get; }

    /// <summary>The request in messages: <c>POST /v2/chat</c>. The query isn't part of it because it can hold content.</summary>
    public string Title => $"{Operation.Method} {Path.Split('?')[0]}";

    public RequestOptions Options { get; }

    /// <summary>The path with its placeholders filled in.</summary>
    public string Path { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>The JSON body, UTF-8.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body, if it isn't JSON.</summary>
    public MultipartForm? Form { get; init; }

    public string? Model { get; init; }

    public int InputCount { get; init; }

    public int ImageCount { get; init; }

    public bool IsStream { get; init; }

    /// <summary>The warning to show if Cohere has deprecated the call; null if it hasn't.</summary>
    public string? Deprecation { get; init; }

    /// <summary>The JSON body with the fields that the user adds; null without one.</summary>
    public byte[]? SentBody => Form is not null ? null : Extra is { } extra ? _sent ??= JsonBody.Merge(Body, extra) : Body;

    /// <summary>The fields of a form, with those that the user adds.</summary>
    public IEnumerable<KeyValuePair<string, string>> FormFields => SentForm?.Fields ?? [];

    private MultipartForm? SentForm => Extra is { } extra ? Form?.With(extra) : Form;

    private IReadOnlyDictionary<string, JsonElement>? Extra => Options.AdditionalProperties is { Count: > 0 } fields ? fields : null;

    /// <summary>
    /// Creates the body, with the fields that the user adds. It is called for each attempt, because a body can be sent only
    /// once.
    /// </summary>
    public Func<HttpContent?> CreateContentFactory()
    {
        if (SentForm is { } form)
        {
            return form.ToContent;
        }

        byte[]? body = SentBody;
        return () => body is null ? null : JsonBody.ToContent(body);
    }

    /// <summary>
    /// The address of the request. It is concatenated: resolving '/v2/chat' against a base with a path would lose that path.
    /// </summary>
    /// <exception cref="ArgumentException">The address would have a different path.</exception>
    public Uri AddressBelow(Uri baseUri)
    {
        string query = string.Join("&", Query.Select(pair => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value)));
        char separator = Path.IndexOf('?') < 0 ? '?' : '&';
        var address = new Uri(baseUri.AbsoluteUri.TrimEnd('/') + Path + (query.Length > 0 ? separator + query : string.Empty));
        // In Windows PowerShell, Uri resolves an escaped slash and removes dots at the end of a segment.
        return RawPath.Resolve(address.AbsolutePath) == RawPath.Resolve(baseUri.AbsolutePath + Path)
            ? address
            : throw new ArgumentException($"'{Path}' would be sent as '{address.AbsolutePath}'. Windows PowerShell can't send an id that contains a slash or ends with a dot: use PowerShell 7.");
    }
}
