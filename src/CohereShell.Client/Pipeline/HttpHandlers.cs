using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace CohereShell;

/// <summary>Creates the HTTP client of a session.</summary>
internal static class HttpHandlers
{
    public static HttpClient CreateClient(CohereSessionOptions options) =>
        new(options.Handler ?? CreateHandler(options, Compressions), disposeHandler: true)
        {
            // The call has its own timeouts. This one would cut off long streams.
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>
    /// Creates a client for files at signed addresses. It doesn't decompress: only then can a download continue at a byte
    /// position. With the emulator, it uses the session's handler, which the session disposes.
    /// </summary>
    public static HttpClient CreateDownloadClient(CohereSessionOptions options) =>
        new(options.Handler ?? CreateHandler(options, DecompressionMethods.None), disposeHandler: options.Handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>
    /// Creates a client for a connection test. It checks certificates like the others, and reports each certificate with what
    /// is wrong with it, or null.
    /// </summary>
    public static HttpClient CreateProbeClient(CohereSessionOptions options, Action<X509Certificate2, string?> report)
    {
        var handler = CreateHandler(options, Compressions);
#if NET
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Check(certificate, chain, errors);
#else
        handler.ServerCertificateCustomValidationCallback = (_, certificate, chain, errors) => Check(certificate, chain, errors);
#endif
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };

        bool Check(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (certificate is not null)
            {
                using var copy = new X509Certificate2(certificate);
                report(copy, errors == SslPolicyErrors.None ? null : CertificateFaults.Describe($"{errors} {string.Join(" ", chain?.ChainStatus.Select(status => status.Status.ToString()) ?? [])}"));
            }

            return errors == SslPolicyErrors.None;
        }
    }

#if NET
    private const DecompressionMethods Compressions = DecompressionMethods.All;

    internal static SocketsHttpHandler CreateHandler(CohereSessionOptions options, DecompressionMethods decompression = Compressions) => new()
    {
        // A redirect would send headers to another host and turn a POST into a GET. The user sees an error instead.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = decompression,
        ConnectTimeout = ConnectTimeout,
        // Some hosts keep a session for days, and it must notice DNS changes.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = IdleTimeout,
        // An attempt must be one request. Without this, the handler retries some requests itself.
        PlaintextStreamFilter = SingleSendStream.WrapAsync,
        // When the user stops reading a stream, close it at once instead of reading the rest in the background.
        ResponseDrainTimeout = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
        Proxy = options.Proxy,
        DefaultProxyCredentials = options.Proxy is null ? CredentialCache.DefaultCredentials : null,
    };
#else
    private const DecompressionMethods Compressions = DecompressionMethods.GZip | DecompressionMethods.Deflate;

    private static HttpClientHandler CreateHandler(CohereSessionOptions options, DecompressionMethods decompression)
    {
        // Adds TLS 1.2 and never assigns, because other modules in the process have their own needs. If Windows decides, adding
        // a version would disable the others.
        if (ServicePointManager.SecurityProtocol != SecurityProtocolType.SystemDefault)
        {
            ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
        }

        // The service point of the proxy, if there is one.
        var servicePoint = ServicePointManager.FindServicePoint(options.BaseUri, options.Proxy ?? WebRequest.DefaultWebProxy);
        servicePoint.ConnectionLimit = Math.Max(servicePoint.ConnectionLimit, 256);
        servicePoint.Expect100Continue = false;
        servicePoint.UseNagleAlgorithm = false;
        servicePoint.ConnectionLeaseTimeout = (int)TimeSpan.FromMinutes(5).TotalMilliseconds;
        servicePoint.MaxIdleTime = (int)IdleTimeout.TotalMilliseconds;
        // .NET Framework resends a request without a body when the server closes a kept connection instead of responding.
        // HttpClientHandler can't turn this off, and a new connection for each request would cost a handshake. Closing idle
        // connections early, as above, makes it rare.
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
            // Credentials that a profile sets for the process take precedence over those of the user.
            handler.DefaultProxyCredentials = WebRequest.DefaultWebProxy?.Credentials ?? CredentialCache.DefaultCredentials;
        }

        return handler;
    }
#endif

    // Systems repeat a lost packet after 1, 3 and 7 seconds.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long an idle connection is kept. Many servers and load balancers close connections after 60 seconds, and a request
    /// that is sent at that moment is lost. .NET checks a few times a minute, so connections can live a bit longer.
    /// </summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(45);
}
