using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>The headers that only answers to trial keys contain.</summary>
public sealed class TrialKeyTests
{
    [Theory]
    [InlineData("x-endpoint-monthly-call-limit: 1000")]
    [InlineData("x-trial-endpoint-call-limit: 40")]
    [InlineData("x-trial-endpoint-call-remaining: 39")]
    public async Task A_header_for_trial_keys_tells_the_key_type(string header)
    {
        using var server = new FaultServer(Answer.Ok(header));
        using CohereSession session = Open(server, null);
        Assert.Null(session.KeyType);
        Assert.Equal("none", session.KeyTypeSource);

        await session.ReadAsync();

        Assert.Equal(CohereKeyType.Trial, session.KeyType);
        Assert.Equal("answer of the service", session.KeyTypeSource);
    }

    [Fact]
    public async Task The_message_of_a_429_tells_it_too()
    {
        using var server = new FaultServer(Answer.Json("""{"message":"You are using a Trial key, which is limited to 10 API calls / minute."}""", 429, "Retry-After: 0"));
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, MaxRetryCount = 0 });

        await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(CohereKeyType.Trial, session.KeyType);
        Assert.Empty(session.TrialCalls);
    }

    [Fact]
    public async Task An_answer_without_these_headers_tells_nothing()
    {
        using var server = new FaultServer(Answer.Ok("x-ratelimit-limit: 40", "x-trial-endpoint-call-limit: many"));
        using CohereSession session = Open(server, null);

        await session.ReadAsync();

        Assert.Null(session.KeyType);
        Assert.Empty(session.TrialCalls);
    }

    [Fact]
    public async Task The_key_type_of_the_user_takes_precedence()
    {
        using var server = new FaultServer(Answer.Ok("x-trial-endpoint-call-limit: 40"));
        using CohereSession session = Open(server, CohereKeyType.Production);

        await session.ReadAsync();

        Assert.Equal(CohereKeyType.Production, session.KeyType);
        Assert.Equal("parameter", session.KeyTypeSource);
    }

    [Fact]
    public void At_the_address_of_Cohere_the_key_type_is_assumed_until_then()
    {
        using CohereSession session = TestSession.Open(new CohereSessionOptions());

        Assert.Equal(CohereKeyType.Production, session.KeyType);
        Assert.Equal("assumed", session.KeyTypeSource);
    }

    [Fact]
    public async Task The_session_has_the_calls_left_by_operation_and_model()
    {
        using var server = new FaultServer(
            Answer.Json(ChatJson.Response("Hi"), 200, "x-endpoint-monthly-call-limit: 1000", "x-trial-endpoint-call-limit: 20", "x-trial-endpoint-call-remaining: 19"),
            Answer.Ok("x-trial-endpoint-call-limit: 500", "x-trial-endpoint-call-remaining: 400"),
            Answer.Ok("x-trial-endpoint-call-limit: 500", "x-trial-endpoint-call-remaining: 399"));
        using CohereSession session = Open(server, null);

        await new CohereClient(session).Chat.SendAsync(ChatJson.Question() with { Model = "a" });
        await session.ReadAsync();
        await session.ReadAsync();

        Assert.Equal(["Chat", "GetModel"], session.TrialCalls.Select(count => count.Operation));
        TrialCallCount chat = session.TrialCalls[0];
        Assert.Equal(("a", 20, 19, 1000), (chat.Model, chat.Limit, chat.Remaining, chat.MonthlyLimit));
        Assert.StartsWith("Chat a: 19 of 20 left at ", chat.ToString(), StringComparison.Ordinal);
        Assert.Equal((null, 500, 399, null), (session.TrialCalls[1].Model, session.TrialCalls[1].Limit, session.TrialCalls[1].Remaining, session.TrialCalls[1].MonthlyLimit));
    }

    [Fact]
    public async Task Another_key_is_not_known_as_a_trial_key()
    {
        using var server = new FaultServer(Answer.Ok("x-trial-endpoint-call-limit: 40"), Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            ApiKey = TestSession.Key,
            ApiKeyProvider = _ => Task.FromResult<string?>("another-key-0123456789"),
        });
        await session.ReadAsync();

        await session.Key.RenewAsync(TestSession.Key, default);

        Assert.Null(session.KeyType);
        Assert.Empty(session.TrialCalls);
    }

    [Theory]
    [InlineData(null, 3, 2, 2)]
    [InlineData(null, 3, 0, 0)]
    [InlineData(CohereKeyType.Trial, 40, 1, 1)]
    public async Task Calls_wait_before_they_exceed_the_calls_left(CohereKeyType? keyType, int limit, int remaining, int more)
    {
        int left = remaining;
        using var server = new FaultServer(_ => Answer.Ok(
            FormattableString.Invariant($"x-trial-endpoint-call-limit: {limit}"),
            FormattableString.Invariant($"x-trial-endpoint-call-remaining: {Math.Max(0, left--)}")));
        using CohereSession session = Open(server, keyType);
        using var ending = new CancellationTokenSource();
        var notices = new Notices();

        for (int call = 0; call <= more; call++)
        {
            await session.ReadAsync(notices.Options);
        }

        Assert.DoesNotContain(notices.All, notice => notice.Kind == ApiNoticeKind.RateLimit);
        Task late = session.ReadAsync(notices.Options, ending.Token);
        await notices.Waits;
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.WaitAsync(Hang.Limit));

        ApiNotice wait = Assert.Single(notices.All, notice => notice.Kind == ApiNoticeKind.RateLimit);
        Assert.StartsWith(FormattableString.Invariant($"Rate limit of {limit} requests a minute with a Trial key: GET /v1/models/any waits about "), wait.Message, StringComparison.Ordinal);
        Assert.Equal(more + 1, server.Requests.Count);
    }

    private static CohereSession Open(FaultServer server, CohereKeyType? keyType) =>
        TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, KeyType = keyType });
}
