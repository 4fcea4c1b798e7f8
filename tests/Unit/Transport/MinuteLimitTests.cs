using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>A 429 without Retry-After and X-RateLimit-Reset, as Cohere sends it, with a minute of two seconds.</summary>
public sealed class MinuteLimitTests
{
    private const string PerMinute = """{"message": "You are using a Trial key, which is limited to 10 API calls / minute."}""";
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RealMinute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(PerMinute)]
    [InlineData("""{"message":"You are using a Trial key, which is limited to 10 API calls \/ minute."}""")]
    [InlineData("""{"message":"too many requests"}""")]
    [InlineData("")]
    public async Task A_refused_call_waits_for_the_end_of_the_minute_and_succeeds(string body)
    {
        using var server = new FaultServer(Answer.Json(body, 429), Answer.Ok());
        using CohereSession session = Open(server, Minute);
        var notices = new Notices();
        long begun = Stopwatch.GetTimestamp();

        await session.ReadAsync(notices.Options);

        // The announced delay is only what the refused call has left of the minute.
        Assert.Equal(2, server.Requests.Count);
        Assert.InRange(Assert.Single(notices.Delays), TimeSpan.Zero, Minute);
        Assert.True(Seconds(begun, notices.DelayEnds[0]) >= Minute.TotalSeconds, "announced a wait that ends during the minute");
        Assert.True(Seconds(begun, server.Requests[1].ReceivedAt) >= Minute.TotalSeconds, "sent during the minute");
    }

    [Fact]
    public async Task The_first_answered_call_starts_the_minute()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.Json(PerMinute, 429));
        using CohereSession session = Open(server, RealMinute);
        using var ending = new CancellationTokenSource();
        var notices = new Notices();
        long begun = Stopwatch.GetTimestamp();

        await session.ReadAsync();
        // Longer than the margin of the clock, which is a 60th of the minute.
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Task refused = session.ReadAsync(notices.Options, ending.Token);
        await notices.Waits;
        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refused);
        Assert.True(Seconds(begun, notices.DelayEnds[0]) >= RealMinute.TotalSeconds, "the wait ends before the minute");
        double sinceFirst = Seconds(server.Requests[0].ReceivedAt, server.Requests[1].ReceivedAt);
        Assert.InRange(Assert.Single(notices.Delays).TotalSeconds, 0, RealMinute.TotalSeconds * 61 / 60 - sinceFirst);
    }

    [Fact]
    public async Task A_call_after_the_minute_starts_another_one()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.Json(PerMinute, 429));
        using CohereSession session = Open(server, Minute);
        using var ending = new CancellationTokenSource();
        var notices = new Notices();

        await session.ReadAsync();
        await Task.Delay(Minute * 1.2);
        long begun = Stopwatch.GetTimestamp();
        Task refused = session.ReadAsync(notices.Options, ending.Token);
        await notices.Waits;
        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refused);
        Assert.True(Seconds(begun, Assert.Single(notices.DelayEnds)) >= Minute.TotalSeconds, "the wait ends before the second minute");
    }

    [Fact]
    public async Task Other_callers_of_the_operation_wait_too()
    {
        using var server = new FaultServer(Answer.Json(PerMinute, 429), Answer.Ok());
        using CohereSession session = Open(server, Minute);
        var notices = new Notices();
        long begun = Stopwatch.GetTimestamp();

        var calls = new List<Task> { session.ReadAsync(notices.Options) };
        await notices.Waits;
        calls.AddRange(Enumerable.Range(0, 5).Select(_ => session.ReadAsync()));
        await Task.WhenAll(calls);

        Assert.Equal(7, server.Requests.Count);
        Assert.All(server.Requests.Skip(1), request => Assert.True(Seconds(begun, request.ReceivedAt) >= Minute.TotalSeconds, "sent during the minute"));
    }

    [Fact]
    public async Task With_less_time_left_than_the_rest_of_the_minute_the_call_fails_immediately_with_a_retry_time()
    {
        using var server = new FaultServer(Answer.Json(PerMinute, 429));
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, Timeout = TimeSpan.FromSeconds(20) }, TimeSpan.FromMinutes(1));

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Single(server.Requests);
        Assert.Equal(ErrorReason.RateLimited, exception.Reason);
        Assert.InRange(exception.RetryAfter!.Value.TotalSeconds, 40, 60);
        Assert.NotNull(exception.ComeBackAt);
    }

    [Fact]
    public async Task The_default_settings_leave_time_for_a_whole_minute()
    {
        using var server = new FaultServer(Answer.Json(PerMinute, 429), Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key }, TimeSpan.FromMinutes(1));
        using var ending = new CancellationTokenSource();
        var notices = new Notices();

        Task call = session.ReadAsync(notices.Options, ending.Token);
        await notices.Waits;
        await ending.CancelAsync();

        // The cancellation ends the wait.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Hang.Limit));
        Assert.InRange(Assert.Single(notices.Delays).TotalSeconds, 40, 60);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_time_in_the_message_takes_precedence()
    {
        using var server = new FaultServer(Answer.Json("""{"error":{"message":"Rate limit reached. Try again in 0.25 seconds."}}""", 429), Answer.Ok());
        using CohereSession session = Open(server, Minute);
        var notices = new Notices();

        await session.ReadAsync(notices.Options);

        Assert.Equal(TimeSpan.FromSeconds(0.25), Assert.Single(notices.Delays));
    }

    [Theory]
    [InlineData("second")]
    [InlineData("hour")]
    [InlineData("day")]
    public async Task Another_period_than_the_minute_has_the_usual_delays(string period)
    {
        using var server = new FaultServer(Answer.Json($$"""{"message":"limited to 10 calls per {{period}}"}""", 429), Answer.Ok());
        using CohereSession session = Open(server, Minute);
        var notices = new Notices();

        await session.ReadAsync(notices.Options);

        Assert.InRange(Assert.Single(notices.Delays), TestSession.BaseDelay * 0.75, TestSession.BaseDelay * 1.25);
    }

    private static CohereSession Open(FaultServer server, TimeSpan minute) =>
        TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key }, minute);

    private static double Seconds(long from, long to) => (to - from) / (double)Stopwatch.Frequency;
}
