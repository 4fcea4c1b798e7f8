using System.Collections.Concurrent;
using System.Net.Http;

namespace CohereShell;

/// <summary>
/// A connection to Cohere: settings that do not change, one HTTP client, one set of rate limits, one usage counter.
/// It can be used from many threads at once. It never shows its key.
/// </summary>
public sealed class CohereSession : IDisposable
{
    /// <summary>The time for a call with all its retries where none is set; that of Cohere's own SDKs.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(300);

    /// <summary>The longest silence of a stream where none is set.</summary>
    public static readonly TimeSpan DefaultStreamIdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The time for one attempt of an operation that only reads, where none is set. What generates may take as long as
    /// the whole call: cutting it off would pay for it twice.
    /// </summary>
    public static readonly TimeSpan DefaultReadAttemptTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How often a failed request is sent again where nothing else is set.</summary>
    public const int DefaultMaxRetryCount = 5;

    private readonly CohereSessionOptions _options;
    private readonly Lazy<HttpClient> _http;
    private readonly Lazy<HttpClient> _downloads;
    private readonly Lazy<ITransport> _transport;
    private readonly CancellationTokenSource _closing = new();
    private int _isClosed;

    /// <summary>Opens a session. Nothing is sent.</summary>
    /// <param name="options">How to reach Cohere.</param>
    /// <param name="transport">Makes the transport, on the first request.</param>
    /// <exception cref="ArgumentException">An option cannot be used as it is.</exception>
    /// <exception cref="CohereException">The address is not safe for a key, or the audit file cannot be written.</exception>
    public CohereSession(CohereSessionOptions options, Func<ITransport> transport)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        RefuseInsecureAddress(options);
        RefuseIdlePatterns(options);
        HeaderRules.CheckValue("The API key", options.ApiKey);
        HeaderRules.CheckValue("The client name", options.ClientName);
        HeaderRules.Check(options.Headers);
        Key = new ApiKey(options.ApiKey, options.ApiKeyProvider, HeaderRules.SecretsIn(options.Headers));
        Policy = new AccessPolicy(options.Access, options.AllowOperation, options.DenyOperation);
        if (options.AuditPath is { } path)
        {
            Audit = new AuditLog(path);
            Audit.EnsureWritable();
        }

        _http = new Lazy<HttpClient>(() => HttpHandlers.CreateClient(options));
        _downloads = new Lazy<HttpClient>(() => HttpHandlers.CreateDownloadClient(options));
        _transport = new Lazy<ITransport>(transport);
    }

    /// <summary>Tells sessions apart in the audit file.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N").Substring(0, 8);

    /// <summary>The address of the API.</summary>
    public Uri BaseUri => _options.BaseUri;

    /// <summary>Where the key came from.</summary>
    public string ApiKeySource => _options.ApiKeySource ?? (Key.IsPresent ? "parameter" : "none");

    /// <summary>The last four characters of the key.</summary>
    public string? ApiKeyTail => Key.Tail;

    /// <summary>The type of key whose limits are kept; null where none are.</summary>
    public CohereKeyType? KeyType =>
        _options.KeyType ?? (IsCohere(BaseUri) && !IsEmulator ? CohereKeyType.Production : null);

    /// <summary>Whether the emulator answers.</summary>
    public bool IsEmulator => _options.Handler is not null;

    /// <summary>The time for a call with all its retries, in seconds.</summary>
    public double TimeoutSec => (_options.Timeout ?? DefaultTimeout).TotalSeconds;

    /// <summary>How often a failed request is sent again.</summary>
    public int MaxRetryCount => _options.MaxRetryCount;

    /// <summary>The name of the calling project.</summary>
    public string? ClientName => _options.ClientName;

    /// <summary>The names of the headers sent with every request. Their values may be secrets.</summary>
    public IReadOnlyList<string> HeaderNames => _options.Headers.Keys.ToArray();

    /// <summary>The model for chat.</summary>
    public string ChatModel => _options.ChatModel;

    /// <summary>The model for embeddings.</summary>
    public string EmbedModel => _options.EmbedModel;

    /// <summary>The model for rerank.</summary>
    public string RerankModel => _options.RerankModel;

    /// <summary>What the session may do.</summary>
    public OperationAccess Access => _options.Access;

    /// <summary>The operations that may be called; empty where there is no such list.</summary>
    public IReadOnlyList<string> AllowOperation => _options.AllowOperation;

    /// <summary>The operations that may not be called.</summary>
    public IReadOnlyList<string> DenyOperation => _options.DenyOperation;

    /// <summary>The file that gets a line per call.</summary>
    public string? AuditPath => _options.AuditPath;

    /// <summary>When it was connected.</summary>
    public DateTimeOffset ConnectedAt { get; } = DateTimeOffset.Now;

    /// <summary>Whether calls can be made.</summary>
    public bool IsOpen => Volatile.Read(ref _isClosed) == 0;

    internal ApiKey Key { get; }

    internal AccessPolicy Policy { get; }

    internal AuditLog? Audit { get; }

    internal UsageCounter Usage { get; } = new();

    /// <summary>Whether an embedding model can return base64, by model. A model that was not asked yet is missing.</summary>
    internal ConcurrentDictionary<string, bool> Base64Support { get; } = new(StringComparer.Ordinal);

    /// <summary>The warnings of the service that were shown. Each is shown once in a session.</summary>
    internal ConcurrentDictionary<string, bool> ShownWarnings { get; } = new(StringComparer.Ordinal);

    internal CohereSessionOptions Options => _options;

    internal HttpClient Http => _http.Value;

    /// <summary>For files at signed addresses. It knows neither the key nor the headers of the session.</summary>
    internal HttpClient Downloads => _downloads.Value;

    internal ITransport Transport => _transport.Value;

    /// <summary>A source for a call: it ends when the caller's token does, and when the session closes.</summary>
    /// <exception cref="CohereException">The session has been closed.</exception>
    internal CancellationTokenSource LinkToClosing(CancellationToken cancellationToken)
    {
        try
        {
            return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        }
        catch (ObjectDisposedException)
        {
            throw Closed();
        }
    }

    /// <summary>What the calls have cost since connecting, or since the last reset.</summary>
    /// <param name="reset">Whether to begin again at nothing.</param>
    public IReadOnlyList<UsageRecord> GetUsage(bool reset = false) => Usage.Snapshot(reset);

    /// <summary>Ends the calls under way and closes the connections.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1)
        {
            return;
        }

        _closing.Cancel();
        _closing.Dispose();
        Key.Dispose();
        if (_downloads.IsValueCreated)
        {
            _downloads.Value.Dispose();
        }

        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
        else
        {
            _options.Handler?.Dispose();
        }

        if (_transport.IsValueCreated)
        {
            _transport.Value.Dispose();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{BaseUri} ({ApiKeySource})";

    internal void ThrowIfClosed()
    {
        if (!IsOpen)
        {
            throw Closed();
        }
    }

    private static CohereException Closed() => new(ErrorReason.SessionClosed, "This session has been disconnected.");

    private static bool IsCohere(Uri address) =>
        address.Host.EndsWith(".cohere.com", StringComparison.OrdinalIgnoreCase) || address.Host.EndsWith(".cohere.ai", StringComparison.OrdinalIgnoreCase);

    private static void RefuseInsecureAddress(CohereSessionOptions options)
    {
        Uri address = options.BaseUri;
        // Not repeated in these two messages: a password may stand in it.
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            throw new ArgumentException("The base address is not an http or https address.", nameof(options));
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException("The base address holds a user name, a query or a fragment; give the key with -ApiKey and headers with -Header.", nameof(options));
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !options.AllowInsecure)
        {
            throw new CohereException(ErrorReason.InsecureAddress, $"'{address}' would carry the key and every text unencrypted.");
        }
    }

    private static void RefuseIdlePatterns(CohereSessionOptions options)
    {
        string? idle = options.AllowOperation.Concat(options.DenyOperation).FirstOrDefault(pattern => !AccessPolicy.MatchesAnything(pattern));
        if (idle is not null)
        {
            throw new ArgumentException($"'{idle}' matches no operation. Get-CohereOperation lists their names and groups.", nameof(options));
        }
    }
}
