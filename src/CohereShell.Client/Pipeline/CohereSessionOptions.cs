using System.Net;
using System.Net.Http;

namespace CohereShell;

/// <summary>The settings of a session: address, key, timeouts, policy.</summary>
public sealed class CohereSessionOptions
{
    /// <summary>The address of Cohere's API.</summary>
    public static readonly Uri DefaultBaseUri = new("https://api.cohere.com");

    /// <summary>The API key. Null is valid for a private gateway that doesn't need one.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Where the key came from, as text for users: <c>environment variable CO_API_KEY</c>.</summary>
    public string? ApiKeySource { get; init; }

    /// <summary>Returns a new key. Called each time the server refuses the current key (401 or 498).</summary>
    public Func<CancellationToken, Task<string?>>? ApiKeyProvider { get; init; }

    /// <summary>The address of the API. If it has a path, that path comes before the path of every operation.</summary>
    public Uri BaseUri { get; init; } = DefaultBaseUri;

    /// <summary>
    /// The type of the key, whose rate limits the session then keeps. Null keeps those of a production key for Cohere's
    /// address, and none for other addresses, until an answer of the service says that the key is a trial key.
    /// </summary>
    public CohereKeyType? KeyType { get; init; }

    /// <summary>
    /// The timeout of a call, including retries, and the longest pause in a stream. The default for calls is
    /// <see cref="CohereSession.DefaultTimeout"/>, for streams <see cref="CohereSession.DefaultStreamIdleTimeout"/>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The maximum number of retries of a failed request.</summary>
    public int MaxRetryCount { get; init; } = CohereSession.DefaultMaxRetryCount;

    /// <summary>The proxy; null uses the system's proxy.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>The name of the calling project, sent as <c>X-Client-Name</c>.</summary>
    public string? ClientName { get; init; }

    /// <summary>Headers to send with every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The default model for chat.</summary>
    public string ChatModel { get; init; } = DefaultModels.Chat;

    /// <summary>The default model for embeddings.</summary>
    public string EmbedModel { get; init; } = DefaultModels.Embed;

    /// <summary>The default model for rerank.</summary>
    public string RerankModel { get; init; } = DefaultModels.Rerank;

    /// <summary><see cref="OperationAccess.Read"/> allows only operations that cost nothing and change nothing.</summary>
    public OperationAccess Access { get; init; } = OperationAccess.Write;

    /// <summary>Names or groups of operations, with wildcards. If specified, no other operation can be called.</summary>
    public IReadOnlyList<string> AllowOperation { get; init; } = [];

    /// <summary>Names or groups of operations that can't be called, with wildcards.</summary>
    public IReadOnlyList<string> DenyOperation { get; init; } = [];

    /// <summary>
    /// The budget of the session in US dollars. A call that could pass it isn't sent, and neither is a call whose cost can't be
    /// known.
    /// </summary>
    public decimal? BudgetLimit { get; init; }

    /// <summary>The maximum number of calls that may cost money.</summary>
    public long? CallLimit { get; init; }

    /// <summary>The prices for the budget. By default, list prices: <see cref="PriceList.Default"/>.</summary>
    public PriceList? Prices { get; init; }

    /// <summary>What the session may do at most; null for no limit. All other rules apply too.</summary>
    public AccessProfile? AccessProfile { get; init; }

    /// <summary>The audit file, which gets a JSON line for each call.</summary>
    public string? AuditPath { get; init; }

    /// <summary>Allows http without encryption to other machines.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>A handler that replaces the network: the emulator. The session disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}
