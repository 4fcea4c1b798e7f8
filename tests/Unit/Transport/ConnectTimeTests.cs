using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Transport;
using Xunit;

namespace CohereShell.Tests;

/// <summary>
/// A server that can't be reached is an error within three seconds: with the real delays, the waits are shorter. How long the attempts
/// themselves take depends on the computer.
/// </summary>
public sealed class ConnectTimeTests
{
    [Fact]
    public Task A_refused_connection() => FailAsync(new CohereSessionOptions { BaseUri = FaultServer.ClosedAddress() }, ErrorReason.ConnectionRefused);

    [Fact]
    public async Task A_failed_TLS_handshake()
    {
        // It answers in plain text.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        Task answering = AnswerAsync(listener, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", stop.Token);

        CohereException exception = await FailAsync(new CohereSessionOptions { BaseUri = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}") }, ErrorReason.TlsFailed);
        Assert.EndsWith("the server at this port doesn't use TLS (https).", exception.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        await answering;
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_proxy_that_requires_credentials(string scheme)
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        using var stop = new CancellationTokenSource();
        Task answering = AnswerAsync(proxy, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", stop.Token);

        CohereException exception = await FailAsync(
            new CohereSessionOptions { BaseUri = new Uri(scheme + "://api.test"), AllowInsecure = true, Proxy = new WebProxy($"http://127.0.0.1:{((IPEndPoint)proxy.LocalEndpoint).Port}") },
            ErrorReason.ProxyAuthenticationRequired);
        Assert.Equal(1, exception.Attempts);
        Assert.Contains("407", exception.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        await answering;
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_proxy_that_is_not_there(string scheme)
    {
        Uri closed = FaultServer.ClosedAddress();

        CohereException exception = await FailAsync(
            new CohereSessionOptions { BaseUri = new Uri(scheme + "://api.test"), AllowInsecure = true, Proxy = new WebProxy(closed) },
            ErrorReason.ProxyFailed);

        Assert.Equal($"Couldn't connect to api.test: the proxy {closed.Authority} refused the connection.", exception.Message.Split(" (", 2)[0]);
    }

    [Fact]
    public async Task A_proxy_that_does_not_allow_the_host()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        using var stop = new CancellationTokenSource();
        Task answering = AnswerAsync(proxy, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", stop.Token);

        CohereException exception = await FailAsync(
            new CohereSessionOptions { BaseUri = new Uri("https://api.test"), Proxy = new WebProxy($"http://127.0.0.1:{((IPEndPoint)proxy.LocalEndpoint).Port}") },
            ErrorReason.ProxyFailed);

        Assert.Contains("refused the connection with status 403.", exception.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        await answering;
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted()
    {
        using var behind = new FaultServer(Answer.Ok());
        using var server = new TlsFront(behind, "gateway.corp");

        CohereException exception = await FailAsync(new CohereSessionOptions { BaseUri = server.Address }, ErrorReason.CertificateNotTrusted);

        Assert.Equal($"Couldn't connect to {server.Address.Authority}: its certificate isn't trusted: it is for another host name, and this computer doesn't trust its issuer.", exception.Message.Split(" (", 2)[0]);
        Assert.Contains("trusted root certificates", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1", 8080, "[::1]:8080")]
    [InlineData("127.0.0.1", 443, "127.0.0.1")]
    [InlineData("api.test", 80, "api.test")]
    public void The_host_itself_is_not_taken_for_a_proxy(string name, int port, string host)
    {
        var failure = new System.Net.Http.HttpRequestException(System.Net.Http.HttpRequestError.ConnectionError, $"Connection refused ({name}:{port})", new SocketException((int)SocketError.ConnectionRefused));

        Assert.Equal(ErrorReason.ConnectionRefused, ConnectionProblem.Explain(failure, host).Reason);
    }

    [Theory]
    [InlineData("RemoteCertificateNameMismatch", "it is for another host name")]
    [InlineData("NotTimeValid RemoteCertificateChainErrors", "it has expired or isn't valid yet")]
    [InlineData("NotTimeValid, UntrustedRoot", "it has expired or isn't valid yet, and this computer doesn't trust its issuer")]
    [InlineData("something else", null)]
    public void The_faults_of_a_certificate_are_named(string names, string? faults) => Assert.Equal(faults, CertificateFaults.Describe(names));

    [Fact]
    public void An_unknown_host_is_named_as_such()
    {
        var failure = new System.Net.Http.HttpRequestException(System.Net.Http.HttpRequestError.NameResolutionError, "Name or service not known (nope.test:443)", new SocketException((int)SocketError.HostNotFound));

        (ErrorReason reason, string message) = ConnectionProblem.Explain(failure, "nope.test");

        Assert.Equal(ErrorReason.HostNotFound, reason);
        Assert.StartsWith("Couldn't connect to nope.test: ", message, StringComparison.Ordinal);
    }

    // Whether a name is unknown is decided by the network of this computer, so the exception of the runtime is used.
    [Fact]
    public void An_unknown_host_is_not_worth_more_than_a_quick_retry()
    {
        Assert.True(ConnectionFailures.IsRefusal(new System.Net.Http.HttpRequestException(System.Net.Http.HttpRequestError.NameResolutionError, "x")));
        Assert.True(ConnectionFailures.IsRefusal(new System.Net.Http.HttpRequestException("x", new SocketException((int)SocketError.HostNotFound))));
        Assert.False(ConnectionFailures.IsRefusal(new System.Net.Http.HttpRequestException("x", new SocketException((int)SocketError.ConnectionReset))));
        Assert.False(ConnectionFailures.IsRefusal(new System.Net.Http.HttpRequestException(System.Net.Http.HttpRequestError.ResponseEnded, "x")));
    }

    private static async Task<CohereException> FailAsync(CohereSessionOptions options, ErrorReason reason)
    {
        using var session = new CohereSession(options, () => new ResilientTransport());
        var notices = new Notices();

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync(notices.Options).WaitAsync(Hang.Limit));

        Assert.InRange(notices.Delays.Sum(delay => delay.TotalSeconds), 0, 1);
        Assert.Equal(reason, exception.Reason);
        Assert.InRange(exception.Attempts, 1, 2);
        return exception;
    }

    private static async Task AnswerAsync(TcpListener listener, string answer, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                using Socket socket = await listener.AcceptSocketAsync(stopping);
                byte[] buffer = new byte[4096];
                await socket.ReceiveAsync(buffer, SocketFlags.None, stopping);
                await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer), SocketFlags.None, stopping);
                socket.Shutdown(SocketShutdown.Send);
                await socket.ReceiveAsync(buffer, SocketFlags.None, stopping);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The test has ended.
        }
    }
}
