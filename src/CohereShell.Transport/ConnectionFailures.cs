using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;

namespace CohereShell.Transport;

/// <summary>Classifies the exceptions that the runtimes throw when a connection fails.</summary>
internal static class ConnectionFailures
{
    public static bool IsOne(Exception exception) => exception is HttpRequestException or IOException or WebException or SocketException;

    /// <summary>
    /// Whether a compressed body is damaged. The exceptions differ by compression and runtime, and none of them is an
    /// exception of the network.
    /// </summary>
    public static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or NotSupportedException || (exception is InvalidOperationException && exception is not ObjectDisposedException);

    /// <summary>
    /// Whether the server can't be reached now, and a retry after a while wouldn't change that: it refuses connections, its
    /// name is unknown, a proxy doesn't allow it, or the encryption can't be negotiated.
    /// </summary>
    public static bool IsRefusal(Exception exception)
    {
#if NET
        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
        {
            return true;
        }

        // A proxy that doesn't allow the host, unless the proxy itself is in trouble.
        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } && !exception.Message.Contains("'50"))
        {
            return true;
        }
#endif
        return IsUnknownName(exception)
            || Causes(exception).OfType<SocketException>().Any(cause => cause.SocketErrorCode == SocketError.ConnectionRefused)
            || Causes(exception).OfType<WebException>().Any(cause => cause.Status is WebExceptionStatus.ProxyNameResolutionFailure or WebExceptionStatus.SecureChannelFailure);
    }

    /// <summary>Whether the name of the host is unknown.</summary>
    public static bool IsUnknownName(Exception exception) =>
#if NET
        exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } ||
#endif
        Causes(exception).OfType<SocketException>().Any(cause => cause.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain)
        || Causes(exception).OfType<WebException>().Any(cause => cause.Status == WebExceptionStatus.NameResolutionFailure);

    /// <summary>Whether the proxy requires credentials. A tunnel for https reports this as a failed connection.</summary>
    public static bool IsProxyAuthentication(Exception exception) =>
#if NET
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } && exception.Message.Contains("'407'");
#else
        Causes(exception).OfType<WebException>().Any(cause => cause.Response is HttpWebResponse { StatusCode: HttpStatusCode.ProxyAuthenticationRequired } || cause.Message.Contains("(407)"));
#endif

    /// <summary>Whether a retry may help. A certificate that isn't trusted stays untrusted.</summary>
    public static bool IsTransient(Exception exception) => !Causes(exception).Any(cause => cause is AuthenticationException) && !IsProxyAuthentication(exception)
        && !Causes(exception).OfType<WebException>().Any(cause => cause.Status is WebExceptionStatus.TrustFailure or WebExceptionStatus.SecureChannelFailure);

    /// <summary>Whether a connection took too long to open.</summary>
    public static bool IsTimeout(OperationCanceledException exception) => Causes(exception).Any(cause => cause is TimeoutException);

    /// <summary>Whether the server didn't answer at all while a connection was opened, such as behind a firewall that drops packets.</summary>
    public static bool IsSilence(Exception exception) => NeverOpened(exception)
        && Causes(exception).Any(cause => cause is TimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut });

    /// <summary>Whether the connection failed before the request was sent.</summary>
    public static bool NeverOpened(Exception exception)
    {
        if (exception is SocketException)
        {
            // Not wrapped only if the connection was reset while the handler was setting it up.
            return true;
        }

#if NET
        if (exception is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError
            })
        {
            return true;
        }
#endif
        return Causes(exception).OfType<SocketException>().Any(cause => cause.SocketErrorCode
            is SocketError.ConnectionRefused
            or SocketError.HostNotFound
            or SocketError.HostUnreachable
            or SocketError.NetworkUnreachable
            or SocketError.NoData
            or SocketError.TryAgain)
            || Causes(exception).OfType<WebException>().Any(cause => cause.Status
            is WebExceptionStatus.ConnectFailure
            or WebExceptionStatus.NameResolutionFailure
            or WebExceptionStatus.ProxyNameResolutionFailure
            or WebExceptionStatus.SecureChannelFailure
            or WebExceptionStatus.TrustFailure);
    }

    /// <summary>The exception and its inner exceptions.</summary>
    public static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
