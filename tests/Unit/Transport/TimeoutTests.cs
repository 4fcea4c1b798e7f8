using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class TimeoutTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(0.4);

    /// <summary>Enough to send a request on an open connection, even on a busy computer.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_call_without_a_response_fails_after_the_timeout_of_the_session()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.Silence());
        using CohereSession session = TestSession.Open(server, timeout: Enough);
        await OpenConnectionAsync(session);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.TimedOut, exception.Reason);
        Assert.Equal("OperationTimeout", exception.Category);
        Assert.StartsWith($"No complete response from {server.Address.Authority} within 2 s.", exception.Message, StringComparison.Ordinal);
        await (await server.RequestAsync(2)).ClosedByClientAsync();
    }

    [Fact]
    public async Task The_timeout_of_a_call_overrides_that_of_the_session()
    {
        using var server = new FaultServer(Answer.Silence());
        using CohereSession session = TestSession.Open(server, timeout: TimeSpan.FromMinutes(10));

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync(new RequestOptions { Timeout = Short }));

        Assert.Equal(ErrorReason.TimedOut, exception.Reason);
    }

    [Fact]
    public async Task A_response_that_stalls_in_its_body_times_out_too()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.StallInBody());
        using CohereSession session = TestSession.Open(server, timeout: Enough);
        await OpenConnectionAsync(session);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.TimedOut, exception.Reason);
        await (await server.RequestAsync(2)).ClosedByClientAsync();
    }

    [Fact]
    public async Task The_timeout_applies_to_all_attempts_together()
    {
        using var server = new FaultServer(Answer.Status(500));
        using CohereSession session = TestSession.Open(server, retries: 1000, timeout: TimeSpan.FromSeconds(5));
        await TestSession.WarmUpAsync();

        // No attempt takes long, and the waits between them double: if each attempt had its own timeout, the call would take hours.
        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync().WaitAsync(Hang.Limit));

        Assert.True(exception.Reason is ErrorReason.TimedOut or ErrorReason.ServerError, exception.Message);
        Assert.InRange(server.Requests.Count, 2, 20);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_retried()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.Silence(), Answer.StallInBody(), Answer.Ok());
        using TransportCall call = new(server.Address, Operations.ListModels);
        (await call.SendAsync(attemptTimeout: Hang.Limit)).Dispose();

        using ApiReply reply = await call.SendAsync(attemptTimeout: Enough);

        Assert.Equal(200, reply.StatusCode);
        Assert.Equal(3, reply.Attempts);
    }

    [Fact]
    public async Task The_error_contains_the_timeout_that_expired()
    {
        using var server = new FaultServer(Answer.Silence());
        using TransportCall call = new(server.Address, Operations.ListModels);

        TransportException exception = await Assert.ThrowsAsync<TransportException>(() => call.SendAsync(attemptTimeout: Short, retries: 1));

        Assert.Equal(ErrorReason.TimedOut, exception.Reason);
        Assert.Equal(2, exception.Attempts);
        Assert.Contains("0.4 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeout_error_has_no_cause_of_an_inaccessible_type()
    {
        using var server = new FaultServer(Answer.Silence());
        using CohereSession session = TestSession.Open(server, timeout: Short);

        Exception? exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.TimedOut, ((CohereException)exception).Reason);
        for (; exception is not null; exception = exception.InnerException)
        {
            Assert.Contains(exception.GetType().Assembly, new[] { typeof(CohereException).Assembly, typeof(object).Assembly });
        }
    }

    [Fact]
    public async Task A_connection_that_does_not_open_in_time_is_retried_once_even_for_a_create_request()
    {
        // The queue has one place, which is taken, so the system doesn't complete further connections.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var blockers = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            blockers.ForEach(blocker => _ = blocker.ConnectAsync(listener.LocalEndPoint!));
            await Task.Delay(100);
            var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}");
            using TransportCall call = new(address, Operations.ForRequest("POST", "/v1/datasets"), new SocketsHttpHandler { ConnectTimeout = Short });

            TransportException exception = await Assert.ThrowsAsync<TransportException>(() => call.SendAsync(TimeSpan.FromMinutes(1), retries: 5));

            Assert.Equal(ErrorReason.ConnectionFailed, exception.Reason);
            Assert.Equal(2, exception.Attempts);
            Assert.Equal($"Couldn't connect to {address.Authority}: the server didn't answer in time. A firewall may block the connection.", exception.Message);
        }
        finally
        {
            blockers.ForEach(blocker => blocker.Dispose());
        }
    }

    [Fact]
    public async Task A_slow_stream_can_last_longer_than_the_timeout()
    {
        // The pauses together are longer than the timeout, and each of them is much shorter.
        string[] texts = Enumerable.Range(0, 30).Select(number => $"{number} ").ToArray();
        using var server = new FaultServer(Answer.EventStream(async exchange =>
        {
            foreach (string item in ChatJson.Events(texts))
            {
                await exchange.PauseAsync(TimeSpan.FromSeconds(0.15));
                await exchange.ChunkAsync(Answer.Event(item));
            }
        }));
        using CohereSession session = TestSession.Open(server, timeout: TimeSpan.FromSeconds(4));
        await TestSession.WarmUpAsync();

        var events = await new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync();

        Assert.Equal(string.Concat(texts), events[^1].Response?.Text);
    }

    [Fact]
    public async Task A_silent_stream_fails_and_keeps_its_text()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.StalledEvents(ChatJson.Start(), ChatJson.ContentStart(), ChatJson.Text("Half of")));
        using CohereSession session = TestSession.Open(server, timeout: Enough);
        await OpenConnectionAsync(session);

        CohereStreamException exception = await Assert.ThrowsAsync<CohereStreamException>(
            () => new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync());

        Assert.Equal(ErrorReason.StreamStalled, exception.Reason);
        Assert.Equal("Half of", exception.PartialResponse.Text);
        Assert.Equal(200, exception.StatusCode);
        Assert.Equal(1, exception.Attempts);
        await (await server.RequestAsync(2)).ClosedByClientAsync();
    }

    [Fact]
    public async Task A_stream_that_never_starts_times_out()
    {
        using var server = new FaultServer(Answer.Silence());
        using CohereSession session = TestSession.Open(server, timeout: Short);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(
            () => new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync());

        Assert.Equal(ErrorReason.TimedOut, exception.Reason);
    }

    /// <summary>A first call, so that the timed one only has to send its request.</summary>
    private static Task OpenConnectionAsync(CohereSession session) => session.ReadAsync(new RequestOptions { Timeout = Hang.Limit });
}
