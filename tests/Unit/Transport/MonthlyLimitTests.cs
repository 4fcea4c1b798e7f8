using System;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>A 429 for a monthly limit. It has the same status as a limit per minute, and only its message differs.</summary>
public sealed class MonthlyLimitTests
{
    private const string Trial = """{"id":"24e32f6d","message":"You are using a Trial key, which is limited to 1000 API calls / month."}""";
    private const string Model = """{"message":"You are past the limit of 1000 API calls / month for this model."}""";

    [Fact]
    public async Task The_monthly_limit_is_not_retried()
    {
        using var server = new FaultServer(Answer.Json(Trial, 429), Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Single(server.Requests);
        Assert.Equal(ErrorReason.MonthlyLimitReached, exception.Reason);
        Assert.Equal(429, exception.StatusCode);
        Assert.Equal(1, exception.Attempts);
        Assert.Equal("QuotaExceeded", exception.Category);
        Assert.Contains("production key", exception.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("1000 API calls / month.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_time_of_a_gateway_does_not_change_that()
    {
        using var server = new FaultServer(Answer.Json(Trial, 429, "Retry-After: 0"), Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.MonthlyLimitReached, exception.Reason);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Later_calls_of_the_session_fail_without_a_request()
    {
        using var server = new FaultServer(Answer.Json(Trial, 429), Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());
        CohereException same = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());
        CohereException other = await Assert.ThrowsAsync<CohereException>(() => session.CreateAsync());

        Assert.Single(server.Requests);
        Assert.Equal(ErrorReason.MonthlyLimitReached, same.Reason);
        Assert.Equal(0, same.Attempts);
        Assert.Null(same.StatusCode);
        Assert.Equal("GET /v1/models/any wasn't sent: an earlier call of this session reached the monthly limit of the key.", same.Message);
        Assert.Equal(ErrorReason.MonthlyLimitReached, other.Reason);
    }

    [Fact]
    public async Task Other_sessions_are_not_affected()
    {
        using var server = new FaultServer(Answer.Json(Trial, 429), Answer.Ok());
        using CohereSession first = TestSession.Open(server);
        using CohereSession second = TestSession.Open(server);

        await Assert.ThrowsAsync<CohereException>(() => first.ReadAsync());
        await second.ReadAsync();

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task The_monthly_limit_of_a_model_applies_only_to_that_model()
    {
        using var server = new FaultServer(exchange => exchange.Json.GetProperty("model").GetString() == "plus"
            ? Answer.Json(Model, 429)
            : Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        await Assert.ThrowsAsync<CohereException>(() => chat.SendAsync(ChatJson.Question() with { Model = "plus" }));
        CohereException again = await Assert.ThrowsAsync<CohereException>(() => chat.SendAsync(ChatJson.Question() with { Model = "plus" }));
        ChatResponse response = await chat.SendAsync(ChatJson.Question() with { Model = "other" });

        Assert.Equal(ErrorReason.MonthlyLimitReached, again.Reason);
        Assert.Equal("Hi", response.Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Another_key_from_the_provider_can_be_used()
    {
        using var server = new FaultServer(Answer.Json(Trial, 429), Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            ApiKey = TestSession.Key,
            ApiKeyProvider = _ => Task.FromResult<string?>("another-key-0123456789"),
        });

        await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());
        await session.Key.RenewAsync(TestSession.Key, default);
        await session.ReadAsync();

        Assert.Equal(2, server.Requests.Count);
    }
}
