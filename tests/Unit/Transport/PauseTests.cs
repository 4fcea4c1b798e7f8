using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class PauseTests
{
    [Fact]
    public async Task A_429_pauses_every_caller_of_the_operation()
    {
        using var server = new FaultServer(Answer.Status(429, "Retry-After: 1"), Answer.Ok());
        using CohereSession session = TestSession.Open(server, retries: 1);
        var notices = new Notices();

        var calls = new List<Task> { session.ReadAsync(notices.Options) };
        await notices.Waits;
        calls.AddRange(Enumerable.Range(0, 9).Select(_ => session.ReadAsync()));
        await Task.WhenAll(calls);

        // Each caller has one retry, so callers that didn't wait would have failed.
        Assert.Equal(11, server.Requests.Count);
        long refused = server.Requests[0].ReceivedAt;
        Assert.All(server.Requests.Skip(1), request => Assert.True((request.ReceivedAt - refused) / (double)Stopwatch.Frequency > 0.9, "sent during the pause"));
    }

    [Fact]
    public async Task A_pause_that_exceeds_the_timeout_fails_the_next_caller_too_without_a_request()
    {
        using var server = new FaultServer(Answer.Status(429, "Retry-After: 9999"));
        using CohereSession session = TestSession.Open(server, timeout: TimeSpan.FromSeconds(100));

        CohereException first = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());
        CohereException second = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(TimeSpan.FromSeconds(9999), first.RetryAfter);
        Assert.Equal(ErrorReason.RateLimited, second.Reason);
        Assert.InRange(second.RetryAfter!.Value.TotalSeconds, 9900, 9999);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_429_does_not_pause_callers_of_other_operations()
    {
        using var server = new FaultServer(exchange => exchange.Path == "/v1/tokenize" ? Answer.Status(429, "Retry-After: 30") : Answer.Ok());
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();
        var others = new Notices();

        _ = new CohereClient(session).Raw.SendAsync("POST", "/v1/tokenize", body: "{}"u8.ToArray(), options: notices.Options);
        await notices.Waits;
        await session.ReadAsync(others.Options);

        Assert.DoesNotContain(others.All, notice => notice.Kind == ApiNoticeKind.Pause);
        Assert.Single(server.Requests, request => request.Path != "/v1/tokenize");
    }

    [Fact]
    public async Task A_429_of_one_model_does_not_pause_chats_with_another()
    {
        using var server = new FaultServer(exchange => exchange.Json.GetProperty("model").GetString() == "busy"
            ? Answer.Status(429, "Retry-After: 30")
            : Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;
        var notices = new Notices();
        var others = new Notices();

        _ = chat.SendAsync(ChatJson.Question() with { Model = "busy" }, notices.Options);
        await notices.Waits;
        ChatResponse response = await chat.SendAsync(ChatJson.Question() with { Model = "free" }, others.Options);

        Assert.Equal("Hi", response.Text);
        Assert.DoesNotContain(others.All, notice => notice.Kind == ApiNoticeKind.Pause);
    }

    [Fact]
    public async Task A_503_does_not_pause_other_callers()
    {
        using var server = new FaultServer(Answer.Status(503, "Retry-After: 30"), Answer.Ok());
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();
        var others = new Notices();

        _ = session.ReadAsync(notices.Options);
        await notices.Waits;
        await session.ReadAsync(others.Options);

        Assert.DoesNotContain(others.All, notice => notice.Kind == ApiNoticeKind.Pause);
    }

    [Fact]
    public async Task A_caller_whose_timeout_is_shorter_than_the_pause_fails_immediately_with_a_retry_time()
    {
        using var server = new FaultServer(Answer.Status(429, "Retry-After: 40"), Answer.Ok());
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();

        _ = session.ReadAsync(notices.Options);
        await notices.Waits;
        DateTimeOffset before = DateTimeOffset.Now;
        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync(new RequestOptions { Timeout = TimeSpan.FromSeconds(15) }));

        Assert.Single(server.Requests);
        Assert.Equal(ErrorReason.RateLimited, exception.Reason);
        Assert.InRange(exception.RetryAfter!.Value.TotalSeconds, 15, 40);
        Assert.InRange(exception.ComeBackAt!.Value, before.AddSeconds(15), before.AddSeconds(60));
    }
}
