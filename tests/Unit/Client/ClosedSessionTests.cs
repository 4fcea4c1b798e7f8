using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ClosedSessionTests
{
    [Fact]
    public void A_closed_session_ends_its_calls_and_refuses_new_ones()
    {
        using var server = new FaultServer(Answer.Ok());
        CohereSession session = TestSession.Open(server);
        using CancellationTokenSource call = session.LinkToClosing(CancellationToken.None);

        session.Dispose();
        session.Dispose();

        Assert.True(call.IsCancellationRequested);
        Assert.Equal(ErrorReason.SessionClosed, Assert.Throws<CohereException>(() => session.LinkToClosing(CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task A_session_that_closes_disposes_its_key()
    {
        using var server = new FaultServer(Answer.Ok());
        CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, ApiKeyProvider = _ => Task.FromResult<string?>("other-key") });

        session.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.Key.RenewAsync(TestSession.Key, CancellationToken.None));
        Assert.Equal("***", session.Key.Redact(TestSession.Key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_can_be_closed_while_it_asks_for_a_new_key(bool providerListens)
    {
        using var server = new FaultServer(Answer.Status(401));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        CohereSession session = TestSession.Open(new CohereSessionOptions
        {
            BaseUri = server.Address,
            ApiKey = TestSession.Key,
            ApiKeyProvider = token =>
            {
                asked.TrySetResult();
                return providerListens ? answer.Task.WaitAsync(token) : answer.Task;
            },
        });
        Task first = session.ReadAsync();
        await asked.Task.WaitAsync(Hang.Limit);
        Task second = session.ReadAsync();

        session.Dispose();
        answer.TrySetResult("the-new-key-0123456789");

        foreach (Task call in new[] { first, second })
        {
            CohereException exception = await Assert.ThrowsAsync<CohereException>(() => call.WaitAsync(Hang.Limit));
            Assert.Equal(ErrorReason.SessionClosed, exception.Reason);
        }
    }
}
