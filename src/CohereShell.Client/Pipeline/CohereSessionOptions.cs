using System.Net;
using System.Net.Http;

namespace CohereShell;

/// <summary>How to reach Cohere, as whom, and within which limits.</summary>
public sealed class CohereSessionOptions
{
    /// <summary>Where Cohere's API is.</summary>
    public static readonly Uri DefaultBaseUri = new("https://api.cohere.com");

    /// <summary>The API key. None is right where a private gateway needs none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Where the key came from, in words a person understands: <c>environment variable CO_API_KEY</c>.</summary>
    public string? ApiKeySource { get; init; }

    /// <summary>Is asked for a new key when the server has refused the one in use (401 or 498), once for each refusal.</summary>
    public Func<CancellationToken, Task<string?>>? ApiKeyProvider { get; init; }

    /// <summary>The address of the API. A path in it is kept in front of every operation's path.</summary>
    public Uri BaseUri { get; init; } = DefaultBaseUri;

    /// <summary>
    /// The type of the key, whose limits per minute are then kept on this side. Null takes those of a production key for
    /// Cohere's own address, and none for any other.
    /// </summary>
    public CohereKeyType? KeyType { get; init; }

    /// <summary>
    /// The time for a call with all its retries, and the longest silence of a stream. Null takes
    /// <see cref="CohereSession.DefaultTimeout"/> for the one and <see cref="CohereSession.DefaultStreamIdleTimeout"/> for the other.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often a failed request is sent again.</summary>
    public int MaxRetryCount { get; init; } = CohereSession.DefaultMaxRetryCount;

    /// <summary>The proxy; null takes the system's.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>The name of the calling project, sent as <c>X-Client-Name</c>.</summary>
    public string? ClientName { get; init; }

    /// <summary>Headers to send with every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The model for chat where none is named.</summary>
    public string ChatModel { get; init; } = DefaultModels.Chat;

    /// <summary>The model for embeddings where none is named.</summary>
    public string EmbedModel { get; init; } = DefaultModels.Embed;

    /// <summary>The model for rerank where none is named.</summary>
    public string RerankModel { get; init; } = DefaultModels.Rerank;

    /// <summary><see cref="OperationAccess.Read"/> allows only what costs nothing and changes nothing.</summary>
    public OperationAccess Access { get; init; } = OperationAccess.Write;

    /// <summary>Names or groups of operations, wildcards allowed; when given, nothing else may be called.</summary>
    public IReadOnlyList<string> AllowOperation { get; init; } = [];

    /// <summary>Names or groups of operations, wildcards allowed, that may not be called.</summary>
    public IReadOnlyList<string> DenyOperation { get; init; } = [];

    /// <summary>A file that gets one JSON line per call.</summary>
    public string? AuditPath { get; init; }

    /// <summary>Allows plain http to other machines.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>What requests go through instead of the network: the emulator. The session disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}
