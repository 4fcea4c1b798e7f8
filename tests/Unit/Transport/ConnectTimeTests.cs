using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Transport;
using Xunit;

namespace CohereShell.Tests;

/// <summary>A server that can't be reached is an error within three seconds, with the real delays.</summary>
public sealed class ConnectTimeTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    [Fact]
    public Task A_refused_connection() => FailAsync(new CohereSessionOptions { BaseUri = FaultServer.ClosedAddress() }, ErrorReason.ConnectionFailed);

    [Fact]
    public async Task A_failed_TLS_handshake()
    {
        // It answers in plain text.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        Task answering = AnswerAsync(listener, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", stop.Token);

        await FailAsync(new CohereSessionOptions { BaseUri = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}") }, ErrorReason.ConnectionFailed);
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
        await stop.CancelAsync();
        await answering;
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
        var elapsed = Stopwatch.StartNew();

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.True(elapsed.Elapsed < Bound, $"It took {elapsed.Elapsed}.");
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
