using System.Net;
using System.Net.Http;

namespace CohereShell;

/// <summary>Makes the HTTP client of a session.</summary>
internal static class HttpHandlers
{
    public static HttpClient CreateClient(CohereSessionOptions options) =>
        new(options.Handler ?? CreateHandler(options, Compressions), disposeHandler: true)
        {
            // The call's own timeouts rule; this one would cut off long streams.
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>
    /// A client for files at signed addresses. Bytes come as they are stored: only then does a place in what came tell
    /// where to go on. What answers in place of a network is that of the session, which disposes it.
    /// </summary>
    public static HttpClient CreateDownloadClient(CohereSessionOptions options) =>
        new(options.Handler ?? CreateHandler(options, DecompressionMethods.None), disposeHandler: options.Handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

#if NET
    private const DecompressionMethods Compressions = DecompressionMethods.All;

    internal static SocketsHttpHandler CreateHandler(CohereSessionOptions options, DecompressionMethods decompression = Compressions) => new()
    {
        // A redirect would carry headers to another host and turn a POST into a GET: it is shown to the user instead.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = decompression,
        ConnectTimeout = ConnectTimeout,
        // Sessions live for days in some hosts; DNS changes must be seen.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = IdleTimeout,
        // One attempt is one request: otherwise this handler sends some requests again on its own.
        PlaintextStreamFilter = SingleSendStream.WrapAsync,
        // A stream that the user has stopped reading ends at once, instead of being read to its end in the background.
        ResponseDrainTimeout = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
        Proxy = options.Proxy,
        DefaultProxyCredentials = options.Proxy is null ? CredentialCache.DefaultCredentials : null,
    };
#else
    private const DecompressionMethods Compressions = DecompressionMethods.GZip | DecompressionMethods.Deflate;

    private static HttpClientHandler CreateHandler(CohereSessionOptions options, DecompressionMethods decompression)
    {
        // Added and never assigned: other modules in the process have their own needs. Where Windows decides, there is
        // nothing to add: that would take away all that it allows besides.
        if (ServicePointManager.SecurityProtocol != SecurityProtocolType.SystemDefault)
        {
            ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
        }

        // That of the proxy, where one is in between.
        var servicePoint = ServicePointManager.FindServicePoint(options.BaseUri, options.Proxy ?? WebRequest.DefaultWebProxy);
        servicePoint.ConnectionLimit = Math.Max(servicePoint.ConnectionLimit, 256);
        servicePoint.Expect100Continue = false;
        servicePoint.UseNagleAlgorithm = false;
        servicePoint.ConnectionLeaseTimeout = (int)TimeSpan.FromMinutes(5).TotalMilliseconds;
        servicePoint.MaxIdleTime = (int)IdleTimeout.TotalMilliseconds;
        // .NET Framework sends a request without a body once more when the server has closed a kept connection instead of
        // an answer. HttpClientHandler has no switch for it, and a new connection per request would cost a handshake each
        // time. Connections that are closed early, as above, make it rare.
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = decompression,
        };
        if (options.Proxy is not null)
        {
            handler.Proxy = options.Proxy;
        }
        else
        {
            // Those that a profile has set for all of the process, before those of the user.
            handler.DefaultProxyCredentials = WebRequest.DefaultWebProxy?.Credentials ?? CredentialCache.DefaultCredentials;
        }

        return handler;
    }
#endif

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection is kept without a request. Many servers and load balancers close theirs after 60 seconds:
    /// a request that is sent at that moment is lost. .NET checks a few times a minute, so connections may live longer.
    /// </summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(45);
}
