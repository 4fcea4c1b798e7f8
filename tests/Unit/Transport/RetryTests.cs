using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class RetryTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_transient_failure_is_retried(int status)
    {
        using var server = new FaultServer(Answer.Status(status, "Retry-After: 0"), Answer.Status(status, "Retry-After: 0"), Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await session.ReadAsync();

        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(422)]
    [InlineData(498)]
    [InlineData(499)]
    [InlineData(501)]
    [InlineData(302)]
    public async Task A_permanent_failure_is_never_retried(int status)
    {
        using var server = new FaultServer(Answer.Status(status));
        using CohereSession session = TestSession.Open(server);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(status, exception.StatusCode);
        Assert.Equal(1, exception.Attempts);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_failure_is_retried_up_to_the_retry_count_of_the_session(int retries)
    {
        using var server = new FaultServer(Answer.Status(500));
        using CohereSession session = TestSession.Open(server, retries);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(retries + 1, exception.Attempts);
        Assert.Equal(retries + 1, server.Requests.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task The_retry_count_of_a_call_overrides_that_of_the_session(int retries)
    {
        using var server = new FaultServer(Answer.Status(503));
        using CohereSession session = TestSession.Open(server, retries: 1);

        await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync(new RequestOptions { MaxRetryCount = retries }));

        Assert.Equal(retries + 1, server.Requests.Count);
    }

    [Fact]
    public async Task A_retry_has_the_same_body_and_headers()
    {
        using var server = new FaultServer(Answer.Status(500), Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).Chat.SendAsync(new ChatRequest { Messages = [new ChatMessage(ChatRole.User, "Hello")] });

        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
        Assert.Equal(server.Requests[0].Headers.OrderBy(pair => pair.Key), server.Requests[1].Headers.OrderBy(pair => pair.Key));
    }

    [Fact]
    public async Task A_connection_that_is_reset_before_the_request_is_read_is_retried()
    {
        using var server = new FaultServer(Answer.Ok());
        server.ResetConnections(2);
        using CohereSession session = TestSession.Open(server);

        await session.ReadAsync();

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_interrupted_connection_is_retried()
    {
        using var server = new FaultServer(Answer.Reset(), Answer.HangUp(), Answer.CutShort("{"), Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await session.ReadAsync();

        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task A_connection_that_is_always_interrupted_is_lost()
    {
        using var server = new FaultServer(Answer.CutShort("{"));
        using CohereSession session = TestSession.Open(server, retries: 2);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.ConnectionLost, exception.Reason);
        Assert.StartsWith($"The connection to {server.Address.Authority} was lost before the response was complete: ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, exception.Attempts);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_refused_connection_is_retried_once_and_then_fails()
    {
        // A refusal that takes a second isn't retried.
        await TestSession.WarmUpAsync();
        var notices = new Notices();
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = FaultServer.ClosedAddress(), MaxRetryCount = 5 });

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync(notices.Options));

        Assert.Equal(ErrorReason.ConnectionRefused, exception.Reason);
        Assert.Equal(2, exception.Attempts);
        Assert.Single(notices.Delays);
        Assert.Contains("refused", exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("Retry 1 of 5 for GET /v1/models/any in ", notices.All[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_fails_before_its_start_is_retried()
    {
        using var server = new FaultServer(Answer.Status(503), Answer.Reset(), Answer.Events(ChatJson.Events("Hi")));
        using CohereSession session = TestSession.Open(server);

        var events = await new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync();

        Assert.Equal("Hi", events[^1].Response?.Text);
        Assert.Equal(3, server.Requests.Count);
    }
}
