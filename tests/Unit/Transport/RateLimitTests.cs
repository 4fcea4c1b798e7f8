using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class RateLimitTests
{
    /// <summary>The limiter counts whole milliseconds of a 240th of it.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan RealMinute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_21st_chat_of_a_trial_key_waits_for_the_minute_to_pass()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = Open(server, CohereKeyType.Trial, RealMinute);

        await ChatAsync(session, 20, "a");
        Notices late = await NoticesOfWaitAsync(session, "a");

        Assert.Equal(ApiNoticeKind.RateLimit, late.All[0].Kind);
        Assert.Matches("^Rate limit of 20 requests a minute with a Trial key: POST /v2/chat waits about [0-9]+ s\\.$", late.All[0].Message);
        Assert.InRange(late.All[0].Delay, TimeSpan.FromTicks(1), RealMinute * 1.1);
        Assert.Equal(20, server.Requests.Count);
    }

    [Fact]
    public async Task Each_model_has_a_separate_limit()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = Open(server, CohereKeyType.Trial, RealMinute);

        Notices first = await ChatAsync(session, 20, "a");
        Notices second = await ChatAsync(session, 20, "b");

        Assert.DoesNotContain(first.All, notice => notice.Kind == ApiNoticeKind.RateLimit);
        Assert.DoesNotContain(second.All, notice => notice.Kind == ApiNoticeKind.RateLimit);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(CohereKeyType.Production)]
    public async Task The_limits_of_a_trial_key_apply_only_to_trial_keys(CohereKeyType? keyType)
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = Open(server, keyType, RealMinute);

        Notices notices = await ChatAsync(session, 40, "a");

        Assert.DoesNotContain(notices.All, notice => notice.Kind == ApiNoticeKind.RateLimit);
        Assert.Equal(40, server.Requests.Count);
    }

    [Theory]
    [InlineData("command-a-plus-05-2026")]
    [InlineData("command-a-reasoning-08-2025")]
    [InlineData("command-a-translate-08-2025")]
    [InlineData("command-a-vision-07-2025")]
    public async Task Some_models_have_the_limit_of_a_trial_key_with_a_production_key(string model)
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = Open(server, CohereKeyType.Production, RealMinute);

        Notices within = await ChatAsync(session, 20, model);
        Notices late = await NoticesOfWaitAsync(session, model);

        Assert.DoesNotContain(within.All, notice => notice.Kind == ApiNoticeKind.RateLimit);
        Assert.StartsWith("Rate limit of 20 requests a minute with a Production key: POST /v2/chat waits about ", late.All[0].Message, StringComparison.Ordinal);
        Assert.Contains(Operations.Chat.ModelLimits, limit => limit.ToString() == model + " 20/20 Requests");
    }

    [Theory]
    [InlineData(96, 0, 20)]
    [InlineData(2000, 0, 1)]
    [InlineData(0, 1, 5)]
    [InlineData(10, 5, 1)]
    public async Task Limits_on_inputs_count_the_texts_and_the_images_of_a_call(int inputs, int images, int callsWithinTheLimit)
    {
        using var server = new FaultServer(Answer.Json("{}"));
        using var call = new TransportCall(server.Address, Operations.ForRequest("POST", "/v2/embed"));
        using var ending = new CancellationTokenSource();
        var notices = new Notices();

        for (int number = 0; number < callsWithinTheLimit; number++)
        {
            await call.SendAsync(inputs, images, notices, ending.Token);
        }

        Assert.Empty(notices.All);
        Task late = call.SendAsync(inputs, images, notices, ending.Token);
        await notices.Waits;

        Assert.Equal(callsWithinTheLimit, server.Requests.Count);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
    }

    [Fact]
    public async Task Parallel_callers_never_exceed_the_limit_within_the_window()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = Open(server, CohereKeyType.Trial, Window);
        long begun = Stopwatch.GetTimestamp();

        await ChatAsync(session, 50, "a");

        // Calls that were sent early may arrive late, but not the other way around. Timers are a few milliseconds early.
        double[] seconds = server.Requests.Select(request => (request.ReceivedAt - begun) / (double)Stopwatch.Frequency).Order().ToArray();
        Assert.Equal(50, seconds.Length);
        Assert.True(seconds[20] >= Window.TotalSeconds * 0.95, $"the 21st call after {seconds[20]} s");
        Assert.True(seconds[40] >= Window.TotalSeconds * 2 * 0.95, $"the 41st call after {seconds[40]} s");
    }

    [Fact]
    public async Task The_wait_for_the_limit_does_not_count_towards_the_timeout()
    {
        using var server = new FaultServer(Answer.Ok(), Answer.Status(503), Answer.Ok());
        using var call = new TransportCall(server.Address, Operations.ForRequest("POST", "/v2/embed"), window: TimeSpan.FromSeconds(6));
        var notices = new Notices();
        Task<ApiReply> first = call.SendAsync(inputs: 2000, images: 0, notices, CancellationToken.None);

        // Waits longer for the limit than the timeout of the call. The remaining time must be enough for a retry.
        using ApiReply late = await call.SendAsync(inputs: 2000, images: 0, notices, CancellationToken.None, retries: 1, total: TimeSpan.FromSeconds(5));

        Assert.Equal(ApiNoticeKind.RateLimit, notices.All[0].Kind);
        Assert.Equal(200, late.StatusCode);
        Assert.Equal(2, late.Attempts);
        (await first).Dispose();
    }

    [Fact]
    public async Task A_call_that_waits_for_the_limit_is_cancelled_when_the_transport_closes()
    {
        using var server = new FaultServer(Answer.Ok());
        using var call = new TransportCall(server.Address, Operations.ForRequest("POST", "/v2/embed"));
        var notices = new Notices();
        (await call.SendAsync(inputs: 2000, images: 0, notices, CancellationToken.None)).Dispose();
        Task late = call.SendAsync(inputs: 2000, images: 0, notices, CancellationToken.None);
        await notices.Waits;

        call.Close();

        // Not an exception of the library, because callers can't access its type.
        await Assert.ThrowsAsync<OperationCanceledException>(() => late.WaitAsync(Hang.Limit));
        Assert.Single(server.Requests);
    }

    [Fact]
    public void The_limits_of_a_production_key_apply_only_to_the_address_of_Cohere()
    {
        using CohereSession cohere = TestSession.Open(new CohereSessionOptions());
        using CohereSession gateway = TestSession.Open(new CohereSessionOptions { BaseUri = new Uri("https://gateway.example/cohere") });

        Assert.Equal(CohereKeyType.Production, cohere.KeyType);
        Assert.Null(gateway.KeyType);
    }

    private static CohereSession Open(FaultServer server, CohereKeyType? keyType, TimeSpan minute) =>
        TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, KeyType = keyType }, minute);

    /// <summary>A call that waits, until it has said so.</summary>
    private static async Task<Notices> NoticesOfWaitAsync(CohereSession session, string model)
    {
        using var ending = new CancellationTokenSource();
        var notices = new Notices();
        Task late = new CohereClient(session).Chat.SendAsync(ChatJson.Question() with { Model = model }, notices.Options, ending.Token);
        await notices.Waits;
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.WaitAsync(Hang.Limit));
        return notices;
    }

    private static async Task<Notices> ChatAsync(CohereSession session, int count, string model)
    {
        var notices = new Notices();
        ChatClient chat = new CohereClient(session).Chat;
        IEnumerable<Task> calls = Enumerable.Range(0, count).Select(_ => chat.SendAsync(ChatJson.Question() with { Model = model }, notices.Options));
        await Task.WhenAll(calls);
        return notices;
    }
}
