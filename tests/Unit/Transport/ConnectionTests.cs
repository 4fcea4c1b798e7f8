using System;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Consecutive_calls_share_a_connection()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        for (int i = 0; i < 5; i++)
        {
            await session.ReadAsync();
        }

        Assert.Equal(5, server.Requests.Count);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Failed_calls_keep_the_connection_too()
    {
        using var server = new FaultServer(Answer.Status(500), Answer.Status(503), Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await session.ReadAsync();

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task The_error_of_a_refused_connection_names_the_host_and_has_the_system_error_as_its_cause()
    {
        Uri address = FaultServer.ClosedAddress();
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = address, MaxRetryCount = 0 });

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.ConnectionRefused, exception.Reason);
        Assert.StartsWith($"Couldn't connect to {address.Authority}: ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(exception.Message.IndexOf(address.Authority, StringComparison.Ordinal), exception.Message.LastIndexOf(address.Authority, StringComparison.Ordinal));
        Assert.IsType<HttpRequestException>(exception.InnerException);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(exception.InnerException.InnerException).SocketErrorCode);
    }

    [Fact]
    public void An_unused_connection_is_closed_before_servers_close_theirs()
    {
        using SocketsHttpHandler handler = HttpHandlers.CreateHandler(new CohereSessionOptions());

        // Many servers close idle connections after 60 seconds. A request at that moment is lost.
        Assert.InRange(handler.PooledConnectionIdleTimeout, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task The_connection_of_a_completely_read_stream_is_reused()
    {
        using var server = new FaultServer(Answer.EventStream(async exchange =>
        {
            await exchange.ChunkAsync(string.Concat(ChatJson.Events("Hi").Select(Answer.Event)));
            // The end of the body is a separate packet, which arrives a little later.
            await exchange.PauseAsync(TimeSpan.FromMilliseconds(30));
        }));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        for (int i = 0; i < 10; i++)
        {
            await chat.StreamAsync(ChatJson.Question()).ToListAsync();
        }

        // Without reuse, there would be ten. A busy computer may miss the end of some streams.
        Assert.Equal(10, server.Requests.Count);
        Assert.InRange(server.Connections, 1, 5);
    }

    [Fact]
    public async Task The_caller_does_not_wait_for_a_stream_that_stays_open_after_its_last_event()
    {
        using var server = new FaultServer(Answer.StalledEvents(ChatJson.Events("Hi")));
        using CohereSession session = TestSession.Open(server, timeout: TimeSpan.FromMinutes(10));

        var events = await new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync().WaitAsync(Hang.Limit);

        Assert.Equal("Hi", events[^1].Response?.Text);
        await (await server.RequestAsync()).ClosedByClientAsync();
    }

    [Fact]
    public async Task A_hundred_calls_run_in_parallel()
    {
        // No call is answered before all have arrived.
        var allArrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int arrived = 0;
        using var server = new FaultServer(exchange => async _ =>
        {
            if (Interlocked.Increment(ref arrived) == 100)
            {
                allArrived.SetResult();
            }

            await allArrived.Task;
            await Answer.Json(ChatJson.Response(exchange.Json.GetProperty("messages")[0].GetProperty("content").GetString()!))(exchange);
        });
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        ChatResponse[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => chat.SendAsync(ChatJson.Question($"question {number}")))).WaitAsync(Hang.Limit);

        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"question {number}"), answers.Select(answer => answer.Text));
        Assert.Equal(100, server.Requests.Count);
    }

    [Fact]
    public async Task A_compressed_response_is_read()
    {
        using var server = new FaultServer(Answer.Gzip(ChatJson.Response("Zipped")));
        using CohereSession session = TestSession.Open(server);

        ChatResponse response = await new CohereClient(session).Chat.SendAsync(ChatJson.Question());

        Assert.Equal("Zipped", response.Text);
        Assert.Contains("gzip", server.Requests[0].Headers["Accept-Encoding"], StringComparison.Ordinal);
    }
}
