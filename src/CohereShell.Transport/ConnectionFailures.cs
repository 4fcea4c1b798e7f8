using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;

namespace CohereShell.Transport;

/// <summary>What the runtimes throw when a connection fails, and whether the server can have seen the request.</summary>
internal static class ConnectionFailures
{
    public static bool IsOne(Exception exception) => exception is HttpRequestException or IOException or WebException or SocketException;

    /// <summary>A certificate that is not trusted is not going to be in a second.</summary>
    public static bool IsTransient(Exception exception) => !Causes(exception).Any(cause => cause is AuthenticationException)
        && !Causes(exception).OfType<WebException>().Any(cause => cause.Status is WebExceptionStatus.TrustFailure or WebExceptionStatus.SecureChannelFailure);

    /// <summary>Whether a connection took too long to open.</summary>
    public static bool IsTimeout(OperationCanceledException exception) => Causes(exception).Any(cause => cause is TimeoutException);

    /// <summary>Whether nothing was sent.</summary>
    public static bool NeverOpened(Exception exception)
    {
        if (exception is SocketException)
        {
            // Bare only when the connection was reset before the handler had set it up; later ones are wrapped.
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

    /// <summary>The innermost message is the one that says something: 'Connection refused'.</summary>
    public static string Describe(Exception exception)
    {
        string outer = exception.Message;
        string inner = Causes(exception).Last().Message;
        // The outer one names the host, or says no more than that there is an inner one.
        return (outer.Contains(inner) ? outer : inner).TrimEnd(' ', '.');
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
