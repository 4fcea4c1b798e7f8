using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>The handler of .NET sends a request without a body up to four times when the server closes the connection.</summary>
public sealed class OneRequestPerAttemptTests
{
    [Theory]
    [InlineData("GET", "/v1/models/any", null)]
    [InlineData("DELETE", "/v1/datasets/any", null)]
    [InlineData("POST", "/v1/embed-jobs/any/cancel", null)]
    [InlineData("POST", "/v1/tokenize", "{}")]
    [InlineData("PATCH", "/v1/anything", null)]
    [InlineData("POST", "/v1/anything", null)]
    [InlineData("POST", "/v1/datasets", "{}")]
    public async Task A_request_is_sent_once_when_the_server_closes_the_connection_and_no_retry_is_allowed(string method, string path, string? body)
    {
        using var server = new FaultServer(Answer.End());
        using CohereSession session = TestSession.Open(server, retries: 0);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => SendAsync(session, method, path, body));

        Assert.Equal(ErrorReason.ConnectionLost, exception.Reason);
        Assert.Equal(1, exception.Attempts);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("GET", "/v1/models/any", null)]
    [InlineData("DELETE", "/v1/datasets/any", null)]
    [InlineData("POST", "/v1/embed-jobs/any/cancel", null)]
    [InlineData("POST", "/v1/tokenize", "{}")]
    public async Task A_request_is_sent_once_per_attempt_when_the_server_always_closes_the_connection(string method, string path, string? body)
    {
        using var server = new FaultServer(Answer.End());
        using CohereSession session = TestSession.Open(server, retries: 2);
        var notices = new Notices();

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => SendAsync(session, method, path, body, notices.Options));

        Assert.Equal(3, exception.Attempts);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(2, notices.Delays.Count);
        Assert.Contains("3 attempts", notices.All[^1].Message, StringComparison.Ordinal);
        Assert.Equal(2, session.GetUsage().Single().Retries);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task A_create_request_is_sent_once_when_the_server_closes_the_connection(string? body)
    {
        using var server = new FaultServer(Answer.End());
        using CohereSession session = TestSession.Open(server);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => SendAsync(session, "POST", "/v1/datasets", body));

        Assert.Equal(1, exception.Attempts);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("GET", "/v1/models/any", null)]
    [InlineData("POST", "/v1/embed-jobs/any/cancel", null)]
    [InlineData("POST", "/v1/datasets", "{}")]
    public async Task A_request_is_sent_once_on_a_reused_connection_that_the_server_closes_without_a_response(string method, string path, string? body)
    {
        using var server = new FaultServer(Answer.Ok(), Answer.End());
        using CohereSession session = TestSession.Open(server, retries: 0);
        await session.ReadAsync();

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => SendAsync(session, method, path, body));

        Assert.Equal(ErrorReason.ConnectionLost, exception.Reason);
        Assert.Equal(1, exception.Attempts);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("GET", "/v1/models/any", null)]
    [InlineData("DELETE", "/v1/datasets/any", null)]
    [InlineData("POST", "/v1/embed-jobs/any/cancel", null)]
    [InlineData("POST", "/v1/tokenize", "{}")]
    public async Task A_retry_succeeds_after_the_server_closed_a_reused_connection(string method, string path, string? body)
    {
        using var server = new FaultServer(Answer.Ok(), Answer.End(), Answer.Ok());
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();
        await session.ReadAsync();

        await SendAsync(session, method, path, body, notices.Options);

        Assert.Equal(3, server.Requests.Count);
        Assert.Single(notices.Delays);
        Assert.Contains("2 attempts", notices.All[^1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/models/any", null)]
    [InlineData("POST", "/v1/embed-jobs/any/cancel", null)]
    [InlineData("POST", "/v1/datasets", "{}")]
    public async Task An_idle_connection_that_was_closed_before_the_request_costs_no_attempt(string method, string path, string? body)
    {
        using var server = new FaultServer(Answer.OkAndEnd(), Answer.Ok());
        using CohereSession session = TestSession.Open(server, retries: 0);
        await session.ReadAsync();
        // The end of the connection is a separate packet after the response.
        await server.Requests[0].Ended;

        await SendAsync(session, method, path, body);

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_stream_is_requested_once_per_attempt()
    {
        using var server = new FaultServer(Answer.End());
        using CohereSession session = TestSession.Open(server, retries: 1);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(
            () => new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync());

        Assert.Equal(2, exception.Attempts);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_response_that_ends_with_its_connection_is_read_to_its_end()
    {
        using var server = new FaultServer(async exchange =>
        {
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"whole\":");
            await exchange.PauseAsync(TimeSpan.FromMilliseconds(50));
            await exchange.WriteAsync("true}");
            await exchange.EndAsync();
        });
        using CohereSession session = TestSession.Open(server, retries: 0);

        JsonElement answer = await new CohereClient(session).Raw.SendAsync("GET", "/v1/models/any");

        Assert.True(answer.GetProperty("whole").GetBoolean());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_response_before_the_complete_request_that_ends_with_its_connection_is_read_to_its_end()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using HttpMessageInvoker http = new(HttpHandlers.CreateHandler(new CohereSessionOptions()));
        Task serving = AnswerEarlyAsync(listener);
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        using HttpResponseMessage first = await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), default);
        Assert.Equal("{}", await first.Content.ReadAsStringAsync());

        // The request is written in many pieces, most of them after the response has started.
        using var upload = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StreamContent(new MemoryStream(new byte[16_000_000])) };
        using HttpResponseMessage second = await http.SendAsync(upload, default);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, second.StatusCode);
        Assert.Equal("too large", await second.Content.ReadAsStringAsync());
        await serving;
    }

    [Fact]
    public async Task A_request_over_TLS_is_sent_once_per_attempt()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.End(), Answer.Ok());
        using var front = new TlsFront(server);
        SocketsHttpHandler handler = TlsFront.TrustedBy(HttpHandlers.CreateHandler(new CohereSessionOptions()));
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = front.Address, Handler = handler });
        var notices = new Notices();
        await session.ReadAsync();

        await session.ReadAsync(notices.Options);

        Assert.Equal(3, server.Requests.Count);
        Assert.Single(notices.Delays);
    }

    [Theory]
    [InlineData("http://api.example.test", "GET")]
    [InlineData("https://api.example.test", "CONNECT")]
    public async Task A_proxy_that_closes_the_connection_is_asked_once_per_attempt(string address, string method)
    {
        using var proxy = new FaultServer(Answer.End());
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = new Uri(address),
            AllowInsecure = true,
            Proxy = new WebProxy(proxy.Address),
            MaxRetryCount = 2,
        });

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(3, exception.Attempts);
        Assert.Equal([method, method, method], proxy.Requests.Select(request => request.Method));
    }

    // Responds to a request, and to a second one on the same connection before reading its body.
    private static async Task AnswerEarlyAsync(TcpListener listener)
    {
        using Socket socket = await listener.AcceptSocketAsync();
        byte[] buffer = new byte[65536];
        await socket.ReceiveAsync(buffer);
        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray());
        await socket.ReceiveAsync(buffer);
        await socket.SendAsync("HTTP/1.1 413 Too Large\r\nConnection: close\r\n\r\ntoo large"u8.ToArray());
        await Task.Delay(200);
        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync(buffer) > 0)
        {
        }
    }

    private static Task<JsonElement> SendAsync(CohereSession session, string method, string path, string? body, RequestOptions? options = null) =>
        new CohereClient(session).Raw.SendAsync(method, path, body: body is null ? null : System.Text.Encoding.UTF8.GetBytes(body), options: options);
}
