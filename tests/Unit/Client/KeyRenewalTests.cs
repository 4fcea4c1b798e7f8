using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class KeyRenewalTests
{
    private const string NewKey = "the-new-key-0123456789";

    private int _asked;

    [Theory]
    [InlineData(401)]
    [InlineData(498)]
    public async Task A_refused_key_is_replaced_by_the_key_of_the_provider(int status)
    {
        using var server = new FaultServer(exchange => exchange.Headers["Authorization"] == "Bearer " + NewKey ? Answer.Ok() : Answer.Status(status));
        using CohereSession session = Open(server, NewKey);

        await session.ReadAsync();
        await session.ReadAsync();

        Assert.Equal(1, _asked);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal("6789", session.ApiKeyTail);
    }

    [Fact]
    public async Task A_provider_that_makes_calls_in_the_session_does_not_wait_for_itself()
    {
        using var server = new FaultServer(exchange => exchange.Headers["Authorization"] == "Bearer " + NewKey ? Answer.Ok() : Answer.Status(401));
        CohereSession? session = null;
        using (session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            ApiKey = TestSession.Key,
            ApiKeyProvider = async token =>
            {
                await Assert.ThrowsAsync<CohereException>(() => session!.ReadAsync(cancellationToken: token));
                return NewKey;
            },
        }))
        {
            await session.ReadAsync().WaitAsync(Hang.Limit);
        }

        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_new_key_that_is_refused_too_is_an_error_and_the_provider_is_not_asked_twice()
    {
        using var server = new FaultServer(Answer.Status(401));
        using CohereSession session = Open(server, NewKey);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.Unauthorized, exception.Reason);
        Assert.Equal(2, exception.Attempts);
        Assert.Equal(1, _asked);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(TestSession.Key)]
    public async Task A_provider_without_a_new_key_leaves_the_error_unchanged(string? given)
    {
        using var server = new FaultServer(Answer.Status(401));
        using CohereSession session = Open(server, given);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.Unauthorized, exception.Reason);
        Assert.Single(server.Requests);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Of_calls_in_parallel_only_one_asks_the_provider()
    {
        using var server = new FaultServer(exchange => exchange.Headers["Authorization"] == "Bearer " + NewKey ? Answer.Ok() : Answer.Status(401));
        using CohereSession session = Open(server, NewKey);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => session.ReadAsync()));

        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Of_calls_in_parallel_only_one_asks_a_provider_without_a_new_key()
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            ApiKey = TestSession.Key,
            ApiKeyProvider = _ =>
            {
                Interlocked.Increment(ref _asked);
                return answer.Task;
            },
        });

        // The first one asks, and the others wait for its result when these lines have run.
        Task<bool>[] refused = Enumerable.Range(0, 10).Select(_ => session.Key.RenewAsync(TestSession.Key, CancellationToken.None)).ToArray();
        Assert.All(refused, renewal => Assert.False(renewal.IsCompleted));
        answer.SetResult(null);

        Assert.All(await Task.WhenAll(refused).WaitAsync(Hang.Limit), Assert.False);
        Assert.Equal(1, _asked);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task Other_failures_do_not_ask_the_provider(int status)
    {
        using var server = new FaultServer(Answer.Status(status));
        using CohereSession session = Open(server, NewKey);

        await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_stream_starts_with_the_new_key()
    {
        using var server = new FaultServer(Answer.Status(401), Answer.Events(ChatJson.Events("Hi")));
        using CohereSession session = Open(server, NewKey);

        var events = await new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync();

        Assert.Equal("Hi", events[^1].Response?.Text);
        Assert.Equal("Bearer " + NewKey, server.Requests[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_new_key_that_a_header_cannot_contain_is_refused_without_being_shown()
    {
        using var server = new FaultServer(Answer.Status(401));
        using CohereSession session = Open(server, "first-line\nX-Evil: 1");

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.DoesNotContain("first-line", exception.ToString(), System.StringComparison.Ordinal);
        Assert.Equal(ErrorReason.Unauthorized, exception.Reason);
        Assert.Single(server.Requests);
    }

    private CohereSession Open(FaultServer server, string? given) => TestSession.Open(new CohereSessionOptions
    {
        BaseUri = server.Address,
        ApiKey = TestSession.Key,
        MaxRetryCount = 0,
        ApiKeyProvider = _ =>
        {
            Interlocked.Increment(ref _asked);
            return Task.FromResult(given);
        },
    });
}
