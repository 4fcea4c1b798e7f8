using System.Collections.Concurrent;
using System.Net.Http;

namespace CohereShell;

/// <summary>
/// A connection to Cohere: fixed settings, one HTTP client, one set of rate limits, one usage counter. It is
/// thread-safe and never shows its key.
/// </summary>
public sealed class CohereSession : IDisposable
{
    /// <summary>The default timeout of a call, including retries: 300 seconds, as in Cohere's SDKs.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(300);

    /// <summary>The default for the longest pause in a stream: 60 seconds.</summary>
    public static readonly TimeSpan DefaultStreamIdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The default timeout for one attempt of a read-only operation: 60 seconds. Attempts of other operations can use the
    /// whole timeout of the call, because cutting off a generation means paying for it twice.
    /// </summary>
    public static readonly TimeSpan DefaultReadAttemptTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The default for the maximum number of retries of a failed request.</summary>
    public const int DefaultMaxRetryCount = 5;

    private static readonly string[] Versions = ["/v1", "/v2"];

    private readonly CohereSessionOptions _options;
    private readonly Lazy<HttpClient> _http;
    private readonly Lazy<HttpClient> _downloads;
    private readonly Lazy<ITransport> _transport;
    private readonly CancellationTokenSource _closing = new();
    private readonly bool _isOfTool = ToolScope.IsInside;
    // Copies, because the caller can change its lists.
    private readonly string[] _allowed;
    private readonly string[] _denied;
    private int _isClosed;

    /// <summary>Opens a session. It doesn't send anything.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="transport">Creates the transport, on the first request.</param>
    /// <exception cref="ArgumentException">An option isn't valid.</exception>
    /// <exception cref="CohereException">The address isn't safe for a key, or the audit file can't be written.</exception>
    public CohereSession(CohereSessionOptions options, Func<ITransport> transport)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        // First, so that the errors below don't show a key that is in a wrong place.
        Key = new ApiKey(options.ApiKey, options.ApiKeyProvider, HeaderRules.SecretsIn(options.Headers));
        RefuseInsecureAddress(options);
        RefuseVersionedAddress(options.BaseUri);
        RefuseIdlePatterns(options);
        HeaderRules.CheckKey(options.ApiKey);
        HeaderRules.CheckValue("The client name", options.ClientName);
        HeaderRules.Check(options.Headers);
        _allowed = [.. options.AllowOperation];
        _denied = [.. options.DenyOperation];
        Policy = new AccessPolicy(options.Access, _allowed, _denied, options.AccessProfile);
        if (options.BudgetLimit is not null || options.CallLimit is not null)
        {
            Budget = new Budget(options.BudgetLimit, options.CallLimit, () => options.Prices ?? PriceList.Default);
        }

        if (AuditPath is { } path)
        {
            Audit = new AuditLog(path, text => Key.Redact(text));
            Audit.EnsureWritable();
        }

        _http = new Lazy<HttpClient>(() => HttpHandlers.CreateClient(options));
        _downloads = new Lazy<HttpClient>(() => HttpHandlers.CreateDownloadClient(options));
        _transport = new Lazy<ITransport>(transport);
    }

    /// <summary>The id of the session in the audit file.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N").Substring(0, 8);

    /// <summary>The address of the API.</summary>
    public Uri BaseUri => _options.BaseUri;

    /// <summary>Where the key came from.</summary>
    public string ApiKeySource => _options.ApiKeySource ?? (Key.IsPresent ? "parameter" : "none");

    /// <summary>The last four characters of the key.</summary>
    public string? ApiKeyTail => Key.Tail;

    /// <summary>The type of key whose rate limits the session keeps; null if it doesn't keep any.</summary>
    public CohereKeyType? KeyType =>
        _options.KeyType
        ?? (TrialKey.IsKnownFor(Key.Reveal()) ? CohereKeyType.Trial
        : IsCohere(BaseUri) && !IsEmulator ? CohereKeyType.Production
        : null);

    /// <summary>
    /// Where the key type comes from: <c>parameter</c>, <c>answer of the service</c>, <c>assumed</c>, or <c>none</c>.
    /// </summary>
    public string KeyTypeSource =>
        _options.KeyType is not null ? "parameter"
        : TrialKey.IsKnownFor(Key.Reveal()) ? "answer of the service"
        : KeyType is null ? "none"
        : "assumed";

    /// <summary>The calls that a trial key has left, for the operations whose answers contained them.</summary>
    public IReadOnlyList<TrialCallCount> TrialCalls => TrialKey.CountsFor(Key.Reveal());

    /// <summary>Whether the session uses the emulator.</summary>
    public bool IsEmulator => _options.Handler is not null;

    /// <summary>The timeout of a call in seconds, including retries.</summary>
    public double TimeoutSec => (_options.Timeout ?? DefaultTimeout).TotalSeconds;

    /// <summary>The maximum number of retries of a failed request.</summary>
    public int MaxRetryCount => _options.MaxRetryCount;

    /// <summary>The name of the calling project, sent with every request.</summary>
    public string? ClientName => _options.ClientName;

    /// <summary>The names of the headers that every request sends. Their values can be secrets.</summary>
    public IReadOnlyList<string> HeaderNames => _options.Headers.Keys.ToArray();

    /// <summary>The default model for chat.</summary>
    public string ChatModel => _options.ChatModel;

    /// <summary>The default model for embeddings.</summary>
    public string EmbedModel => _options.EmbedModel;

    /// <summary>The default model for rerank.</summary>
    public string RerankModel => _options.RerankModel;

    /// <summary>Whether the session can call all operations or only those that read.</summary>
    public OperationAccess Access => _options.Access;

    /// <summary>The only operations that can be called; empty allows all.</summary>
    public IReadOnlyList<string> AllowOperation => Array.AsReadOnly(_allowed);

    /// <summary>The operations that can't be called.</summary>
    public IReadOnlyList<string> DenyOperation => Array.AsReadOnly(_denied);

    /// <summary>The budget of the session in US dollars; null if it doesn't have one.</summary>
    public decimal? BudgetLimit => _options.BudgetLimit;

    /// <summary>
    /// The US dollars that calls have used of the budget, with what is reserved for calls in flight; null without a budget.
    /// </summary>
    public decimal? BudgetUsed => BudgetLimit is null ? null : Budget!.Used;

    /// <summary>The maximum number of calls that may cost money; null if there isn't one.</summary>
    public long? CallLimit => _options.CallLimit;

    /// <summary>The number of calls that count for the limit; null without a limit.</summary>
    public long? CallsUsed => CallLimit is null ? null : Budget!.Calls;

    /// <summary>The user's prices, with list prices for other models; null if the user hasn't specified any.</summary>
    public PriceList? Prices => _options.Prices;

    /// <summary>The audit file, which gets a line for each call.</summary>
    public string? AuditPath => _options.AuditPath ?? _options.AccessProfile?.AuditPath;

    /// <summary>The access profile; null without one.</summary>
    public AccessProfile? AccessProfile => _options.AccessProfile;

    /// <summary>The only models that calls can use, with wildcards; empty allows all unless there is an access profile.</summary>
    public IReadOnlyList<string> AllowModel => _options.AccessProfile?.Models ?? [];

    /// <summary>When the session was opened.</summary>
    public DateTimeOffset ConnectedAt { get; } = DateTimeOffset.Now;

    /// <summary>Whether the session is open.</summary>
    public bool IsOpen => Volatile.Read(ref _isClosed) == 0;

    internal ApiKey Key { get; }

    internal AccessPolicy Policy { get; }

    internal AuditLog? Audit { get; }

    /// <summary>The limits of cost; null if the session has none.</summary>
    internal Budget? Budget { get; }

    internal UsageCounter Usage { get; } = new();

    internal MonthlyLimits MonthlyLimits { get; } = new();

    internal TrialKey TrialKey { get; } = new();

    internal SeenModels SeenModels { get; } = new();

    /// <summary>Whether an embedding model can return base64, by model. Models that weren't used yet are missing.</summary>
    internal ConcurrentDictionary<string, bool> Base64Support { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Why the calls may not find the API, for a warning: the address of a gateway ends in a version, and the module adds one
    /// to each call. Null if the address is clear.
    /// </summary>
    internal string? AddressWarning => ExtraPathOf(BaseUri) is { } extra
        ? $"The base address ends in '{extra}', and the module adds the version to each call: {BaseUri.AbsoluteUri.TrimEnd('/')}{Operations.Chat.Path}. If your gateway doesn't have the API there, connect to {Without(extra, BaseUri)}"
        : null;

    /// <summary>The warnings that were shown already. Each is shown once per session.</summary>
    internal ConcurrentDictionary<string, bool> ShownWarnings { get; } = new(StringComparer.Ordinal);

    /// <summary>The deprecated models in the lists of models that the session has received.</summary>
    internal ConcurrentDictionary<string, bool> DeprecatedModels { get; } = new(StringComparer.Ordinal);

    internal CohereSessionOptions Options => _options;

    internal HttpClient Http => _http.Value;

    /// <summary>The client for files at signed addresses. It doesn't send the session's key or headers.</summary>
    internal HttpClient Downloads => _downloads.Value;

    internal ITransport Transport => _transport.Value;

    /// <summary>Creates a source for a call. It is cancelled with the caller's token, or when the session is closed.</summary>
    /// <exception cref="CohereException">The session is closed.</exception>
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

    /// <summary>Gets the cost of the calls since the session was opened, or since the last reset.</summary>
    /// <param name="reset">Whether to start counting at zero again.</param>
    /// <exception cref="InvalidOperationException">A tool of a model tries to reset the counts.</exception>
    public IReadOnlyList<UsageRecord> GetUsage(bool reset = false)
    {
        if (reset)
        {
            RefuseTools();
        }

        return Usage.Snapshot(reset);
    }

    /// <summary>Cancels the calls in flight and closes the connections.</summary>
    /// <exception cref="InvalidOperationException">A tool of a model tries to close a session that it hasn't opened.</exception>
    public void Dispose()
    {
        RefuseTools();
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
    public override string ToString() => IsEmulator ? "emulator in this process" : $"{BaseUri} ({ApiKeySource})";

    internal void ThrowIfClosed()
    {
        if (!IsOpen)
        {
            throw Closed();
        }
    }

    // However a tool has found the session, it can't change it.
    private void RefuseTools()
    {
        if (ToolScope.IsInside && !_isOfTool)
        {
            throw new InvalidOperationException("A tool of a model can't close or change a session.");
        }
    }

    private static CohereException Closed() => new(ErrorReason.SessionClosed, "The session is disconnected.");

    private static bool IsCohere(Uri address) =>
        address.Host.EndsWith(".cohere.com", StringComparison.OrdinalIgnoreCase) || address.Host.EndsWith(".cohere.ai", StringComparison.OrdinalIgnoreCase);

    private static void RefuseInsecureAddress(CohereSessionOptions options)
    {
        Uri address = options.BaseUri;
        // These two messages don't repeat the address because it can contain a password.
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            throw new ArgumentException(NotAnAddress(address), nameof(options));
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException("The base address can't contain a user name, a query or a fragment. Specify the key with -ApiKey and headers with -Header.", nameof(options));
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !options.AllowInsecure)
        {
            throw new CohereException(ErrorReason.InsecureAddress, $"The address '{address}' doesn't use https: the key and all content would be sent unencrypted.");
        }
    }

    private static string NotAnAddress(Uri address)
    {
        // 'host:8080' parses as an address with the scheme 'host'.
        string host = address.OriginalString;
        bool isHost = host.Length > 0 && host.All(character => char.IsLetterOrDigit(character) || character is '.' or '-' or ':' or '/') && host.IndexOf("//", StringComparison.Ordinal) < 0;
        return $"The base address doesn't start with https://. Specify the complete address, such as {(isHost ? $"https://{host}" : "https://api.cohere.com")}";
    }

    // The paths of operations start with the version, so every call would fail: /v2/v2/chat. Only Cohere's own addresses are
    // known not to have the API below such a path. A gateway can have it anywhere.
    private static void RefuseVersionedAddress(Uri address)
    {
        if (ExtraPathOf(address) is { } extra && (IsCohere(address) || !Versions.Contains(extra, StringComparer.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"The base address ends in '{extra}', which the module adds to each call. Specify only {Without(extra, address)}", nameof(address));
        }
    }

    private static string? ExtraPathOf(Uri address)
    {
        string path = address.AbsolutePath.TrimEnd('/');
        return Versions.Concat(Operations.All.Where(operation => operation.Path.IndexOf('{') < 0).Select(operation => operation.Path))
            .Where(end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            .Select(end => path.Substring(path.Length - end.Length))
            .FirstOrDefault();
    }

    private static string Without(string extra, Uri address)
    {
        string path = address.AbsolutePath.TrimEnd('/');
        return address.GetLeftPart(UriPartial.Authority) + path.Substring(0, path.Length - extra.Length);
    }

    private static void RefuseIdlePatterns(CohereSessionOptions options)
    {
        string? idle = options.AllowOperation.Concat(options.DenyOperation).FirstOrDefault(pattern => !AccessPolicy.MatchesAnything(pattern));
        if (idle is not null)
        {
            throw new ArgumentException($"No operation matches '{idle}'. To list the names and groups, run Get-CohereOperation.", nameof(options));
        }
    }
}
