using System;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>A second dataset or job would remain and cause costs.</summary>
public sealed class NotRepeatableTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task A_create_request_is_not_retried_if_the_server_may_have_processed_it(int status)
    {
        using var server = new FaultServer(Answer.Status(status));
        using CohereSession session = TestSession.Open(server);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.CreateAsync());

        Assert.Equal(status, exception.StatusCode);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_create_request_is_retried_if_the_server_refused_it(int status)
    {
        using var server = new FaultServer(Answer.Status(status, "Retry-After: 0"), Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await session.CreateAsync();

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_create_request_is_retried_if_the_connection_never_opened()
    {
        // A refusal that takes a second isn't retried.
        await TestSession.WarmUpAsync();
        var notices = new Notices();
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = FaultServer.ClosedAddress(), MaxRetryCount = 2 });

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.CreateAsync(notices.Options));

        Assert.Equal(2, exception.Attempts);
    }

    [Fact]
    public async Task A_create_request_is_not_retried_after_a_reset()
    {
        using var server = new FaultServer(Answer.Reset());
        using CohereSession session = TestSession.Open(server);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.CreateAsync());

        Assert.Equal(ErrorReason.ConnectionLost, exception.Reason);
        Assert.Contains("aren't retried", exception.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_create_request_is_not_retried_after_an_interrupted_response()
    {
        using var server = new FaultServer(Answer.CutShort("{"));
        using CohereSession session = TestSession.Open(server);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.CreateAsync());

        Assert.Equal(ErrorReason.ConnectionLost, exception.Reason);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_create_request_is_not_retried_after_a_timeout()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.Silence());
        using TransportCall call = new(server.Address, Operations.ForRequest("POST", "/v1/datasets"));
        // Opens the connection, so that the time is enough to send the request.
        (await call.SendAsync(attemptTimeout: Hang.Limit)).Dispose();

        TransportException exception = await Assert.ThrowsAsync<TransportException>(() => call.SendAsync(attemptTimeout: TimeSpan.FromSeconds(2)));

        Assert.Equal(ErrorReason.TimedOut, exception.Reason);
        Assert.Equal(1, exception.Attempts);
        Assert.Equal(2, server.Requests.Count);
    }
}
