using System.Net;
#if NET
using System.Net.Http;
#endif
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;

namespace CohereShell.Transport;

/// <summary>Says in plain English why a connection failed, from the exceptions of the runtimes.</summary>
internal static class ConnectionProblem
{
    // The text of .NET names a setting that the user doesn't have.
    private const string Silence = "the server didn't answer in time";

    /// <summary>The kind of a failure, and what to show to the user.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="host">The host of the request, with its port unless that is the default.</param>
    public static (ErrorReason Reason, string Message) Explain(Exception exception, string host)
    {
        if (!ConnectionFailures.NeverOpened(exception) && !ConnectionFailures.IsProxyAuthentication(exception))
        {
            return (ErrorReason.ConnectionLost, exception is DamagedBodyException
                ? $"The response of {host} can't be read: {Describe(exception, host)}."
                : $"The connection to {host} was lost before the response was complete: {Describe(exception, host)}.");
        }

        if (FromProxy(exception, host) is { } proxy)
        {
            return proxy;
        }

        if (Certificate(exception) is { } faults)
        {
            return (ErrorReason.CertificateNotTrusted, $"Couldn't connect to {host}: its certificate isn't trusted{(faults.Length == 0 ? string.Empty : ": " + faults)}.");
        }

        if (IsTls(exception))
        {
            return (ErrorReason.TlsFailed, IsPlainText(exception)
                ? $"Couldn't connect to {host}: the server at this port doesn't use TLS (https)."
                : $"Couldn't connect to {host}: the TLS handshake failed: {Describe(exception, host)}.");
        }

        if (ConnectionFailures.IsSilence(exception))
        {
            return (ErrorReason.ConnectionFailed, $"Couldn't connect to {host}: {Silence}. A firewall may block the connection.");
        }

        ErrorReason reason = ConnectionFailures.IsUnknownName(exception) ? ErrorReason.HostNotFound
            : Sockets(exception).Any(cause => cause.SocketErrorCode == SocketError.ConnectionRefused) ? ErrorReason.ConnectionRefused
            : ErrorReason.ConnectionFailed;
        return (reason, $"Couldn't connect to {host}: {Describe(exception, host)}.");
    }

    /// <summary>Returns the most specific message, without a period at the end: 'connection refused'.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="host">The host that the caller names anyway, so that it isn't repeated here.</param>
    public static string Describe(Exception exception, string? host = null)
    {
        if (ConnectionFailures.IsSilence(exception))
        {
            return Silence;
        }

        string outer = exception.Message;
        string inner = ConnectionFailures.Causes(exception).Last().Message;
        // The outer message adds a host, such as that of a proxy, or it only refers to the inner message.
        string message = (outer.Contains(inner) && !IsOnlyHostAdded(outer, inner, host) ? outer : inner).TrimEnd(' ', '.', '"');
        // It continues a sentence. An abbreviation at the start stays in upper case.
        return message.Length > 1 && !char.IsUpper(message[1]) ? char.ToLowerInvariant(message[0]) + message.Substring(1) : message;
    }

    private static (ErrorReason Reason, string Message)? FromProxy(Exception exception, string host)
    {
        if (ConnectionFailures.IsProxyAuthentication(exception))
        {
            return (ErrorReason.ProxyAuthenticationRequired, $"Couldn't connect to {host}: the proxy {ProxyIn(exception)}requires a user name and a password (status 407).");
        }

#if NET
        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError })
        {
            Match status = Regex.Match(exception.Message, "'([0-9]{3})'");
            return (ErrorReason.ProxyFailed, status.Success
                ? $"Couldn't connect to {host}: the proxy {ProxyIn(exception)}refused the connection with status {status.Groups[1].Value}."
                : $"Couldn't connect to {host} through the proxy: {Describe(exception, host)}.");
        }
#endif
        // .NET appends the host that the connection was for. If it's another one, it's the proxy.
        Match named = Regex.Match(exception.Message, @"\(([^()\s]+):([0-9]+)\)$");
        if (named.Success && !IsSameHost(named.Groups[1].Value, named.Groups[2].Value, host))
        {
            string problem = Sockets(exception).Any(cause => cause.SocketErrorCode == SocketError.ConnectionRefused) ? "refused the connection"
                : ConnectionFailures.IsUnknownName(exception) ? "wasn't found: its name is unknown"
                : "can't be reached: " + Describe(exception, $"{named.Groups[1].Value}:{named.Groups[2].Value}");
            return (ErrorReason.ProxyFailed, $"Couldn't connect to {host}: the proxy {named.Groups[1].Value}:{named.Groups[2].Value} {problem}.");
        }

        return ConnectionFailures.Causes(exception).OfType<WebException>().Any(cause => cause.Status == WebExceptionStatus.ProxyNameResolutionFailure)
            ? (ErrorReason.ProxyFailed, $"Couldn't connect to {host}: the proxy wasn't found: its name is unknown.")
            : null;
    }

    private static string ProxyIn(Exception exception) =>
        Regex.Match(exception.Message, "'([a-z0-9]+://[^']+?)/?'") is { Success: true } found ? found.Groups[1].Value + " " : string.Empty;

    private static bool IsSameHost(string name, string port, string host)
    {
        // An address of IPv6 can have brackets in one of the two.
        string plainHost = host.Replace("[", string.Empty).Replace("]", string.Empty);
        string plainName = name.Trim('[', ']');
        return plainHost.Equals($"{plainName}:{port}", StringComparison.OrdinalIgnoreCase)
            || (plainHost.Equals(plainName, StringComparison.OrdinalIgnoreCase) && port is "80" or "443");
    }

    /// <summary>The faults of a certificate in plain English; null if the failure has another cause.</summary>
    private static string? Certificate(Exception exception)
    {
        AuthenticationException[] causes = ConnectionFailures.Causes(exception).OfType<AuthenticationException>().ToArray();
        string? faults = CertificateFaults.Describe(string.Join(" ", causes.Select(cause => cause.Message)));
        return faults ?? (ConnectionFailures.Causes(exception).OfType<WebException>().Any(cause => cause.Status == WebExceptionStatus.TrustFailure) ? string.Empty : null);
    }

    private static bool IsTls(Exception exception) =>
#if NET
        exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } ||
#endif
        ConnectionFailures.Causes(exception).Any(cause => cause is AuthenticationException or WebException { Status: WebExceptionStatus.SecureChannelFailure });

    // The texts of .NET for a server that answers in plain text. The exceptions have no code for it.
    private static bool IsPlainText(Exception exception) => ConnectionFailures.Causes(exception).Any(cause =>
        cause.Message.Contains("frame size") || cause.Message.Contains("wrong version number") || cause.Message.Contains("corrupted frame"));

    private static IEnumerable<SocketException> Sockets(Exception exception) => ConnectionFailures.Causes(exception).OfType<SocketException>();

    private static bool IsOnlyHostAdded(string outer, string inner, string? host) =>
        host is not null && (outer == $"{inner} ({host})" || outer == $"{inner} ({host}:443)" || outer == $"{inner} ({host}:80)");
}
