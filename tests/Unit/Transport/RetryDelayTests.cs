using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Transport;
using Xunit;

namespace CohereShell.Tests;

public sealed class RetryDelayTests
{
    private static readonly DateTimeOffset ServerTime = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly string ServerDate = "Date: " + ServerTime.ToString("R", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    public async Task A_retry_waits_for_the_seconds_in_Retry_After(int status)
    {
        using var server = new FaultServer(Answer.Status(status, "Retry-After: 1"), Answer.Ok());

        Assert.Equal(TimeSpan.FromSeconds(1), await FirstDelayAsync(server));
    }

    [Fact]
    public async Task A_fraction_of_a_second_in_Retry_After_is_supported()
    {
        using var server = new FaultServer(Answer.Status(429, "Retry-After: 0.25"), Answer.Ok());

        Assert.Equal(TimeSpan.FromSeconds(0.25), await FirstDelayAsync(server));
    }

    [Fact]
    public async Task A_date_in_Retry_After_is_compared_with_the_clock_of_the_server()
    {
        using var server = new FaultServer(Answer.Status(429, ServerDate, "Retry-After: " + ServerTime.AddSeconds(1).ToString("R", CultureInfo.InvariantCulture)), Answer.Ok());

        Assert.Equal(TimeSpan.FromSeconds(1), await FirstDelayAsync(server));
    }

    [Fact]
    public async Task A_retry_does_not_wait_for_a_past_date_in_Retry_After()
    {
        using var server = new FaultServer(Answer.Status(429, ServerDate, "Retry-After: " + ServerTime.AddSeconds(-9).ToString("R", CultureInfo.InvariantCulture)), Answer.Ok());

        Assert.Equal(TimeSpan.Zero, await FirstDelayAsync(server));
    }

    [Fact]
    public async Task A_retry_waits_for_the_seconds_in_X_RateLimit_Reset()
    {
        using var server = new FaultServer(Answer.Status(429, "X-RateLimit-Reset: 0.5"), Answer.Ok());

        Assert.Equal(TimeSpan.FromSeconds(0.5), await FirstDelayAsync(server));
    }

    [Fact]
    public async Task A_retry_waits_for_the_Unix_time_in_X_RateLimit_Reset()
    {
        long reset = ServerTime.AddSeconds(1).ToUnixTimeSeconds();
        using var server = new FaultServer(Answer.Status(429, ServerDate, FormattableString.Invariant($"X-RateLimit-Reset: {reset}")), Answer.Ok());

        Assert.Equal(TimeSpan.FromSeconds(1), await FirstDelayAsync(server));
    }

    [Fact]
    public async Task Retry_After_takes_precedence_over_X_RateLimit_Reset()
    {
        using var server = new FaultServer(Answer.Status(429, "X-RateLimit-Reset: 9", "Retry-After: 0.1"), Answer.Ok());

        Assert.Equal(TimeSpan.FromSeconds(0.1), await FirstDelayAsync(server));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    public async Task An_invalid_Retry_After_is_ignored(string value)
    {
        using var server = new FaultServer(Answer.Status(503, "Retry-After: " + value), Answer.Ok());

        Assert.InRange(await FirstDelayAsync(server), TestSession.BaseDelay * 0.75, TestSession.BaseDelay * 1.25);
    }

    [Fact]
    public async Task The_wait_takes_the_real_time()
    {
        using var server = new FaultServer(Answer.Status(503, "Retry-After: 1"), Answer.Ok());
        await FirstDelayAsync(server);

        double seconds = (server.Requests[1].ReceivedAt - server.Requests[0].ReceivedAt) / (double)System.Diagnostics.Stopwatch.Frequency;
        Assert.True(seconds > 0.95, $"sent again after {seconds} s");
    }

    [Fact]
    public async Task No_wait_is_longer_than_a_minute()
    {
        using var server = new FaultServer(Answer.Status(503, "Retry-After: 100"));
        using CohereSession session = TestSession.Open(server);
        using var stop = new CancellationTokenSource();
        var notices = new Notices();

        Task call = session.ReadAsync(notices.Options, stop.Token);
        await notices.Waits;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal([TimeSpan.FromSeconds(60)], notices.Delays);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_wait_that_exceeds_the_timeout_fails_immediately_and_the_error_contains_the_retry_time()
    {
        using var server = new FaultServer(Answer.Status(429, "Retry-After: 50"));
        using CohereSession session = TestSession.Open(server, timeout: TimeSpan.FromSeconds(20));
        DateTimeOffset before = DateTimeOffset.Now;

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Single(server.Requests);
        Assert.Equal(ErrorReason.RateLimited, exception.Reason);
        Assert.Equal(TimeSpan.FromSeconds(50), exception.RetryAfter);
        Assert.InRange(exception.ComeBackAt!.Value, before.AddSeconds(50), DateTimeOffset.Now.AddSeconds(50));
        Assert.Contains("50 s", exception.Message, StringComparison.Ordinal);
        Assert.Contains(exception.ComeBackAt.Value.ToString("HH:mm:ss", CultureInfo.InvariantCulture), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_Retry_After_waits_double_and_vary()
    {
        using var server = new FaultServer(Answer.Status(500));
        using CohereSession session = TestSession.Open(server, retries: 4);
        var notices = new Notices();

        await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync(notices.Options));

        Assert.Equal(4, notices.Delays.Count);
        double[] factors = notices.Delays.Select((delay, index) => delay / (TestSession.BaseDelay * Math.Pow(2, index))).ToArray();
        Assert.All(factors, factor => Assert.InRange(factor, 0.75, 1.25));
        Assert.True(factors.Distinct().Count() > 1, "every wait has the same spread");
    }

    [Fact]
    public void Doubling_stops_at_a_minute()
    {
        var policy = new RetryPolicy(RetryPolicy.DefaultBaseDelay);

        Assert.InRange(policy.DelayBefore(0, null).TotalSeconds, 0.75, 1.25);
        Assert.All(Enumerable.Range(0, 200), attempt => Assert.True(policy.DelayBefore(attempt, null) <= TimeSpan.FromSeconds(60)));
    }

    private static async Task<TimeSpan> FirstDelayAsync(FaultServer server)
    {
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();
        await session.ReadAsync(notices.Options);
        return Assert.Single(notices.Delays);
    }
}
