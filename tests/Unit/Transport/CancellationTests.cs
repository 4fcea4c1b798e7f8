using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class CancellationTests
{
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Cancelling_ends_the_wait_for_headers_and_the_request_at_the_server()
    {
        using var server = new FaultServer(Answer.Silence());
        using CohereSession session = TestSession.Open(server);
        using var stop = new CancellationTokenSource();

        Task call = session.ReadAsync(cancellationToken: stop.Token);
        FaultExchange request = await server.RequestAsync();
        await stop.CancelAsync();

        await AssertCancelledAsync(call);
        await request.ClosedByClientAsync();
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Cancelling_ends_an_answer_in_its_body()
    {
        using var server = new FaultServer(Answer.StallInBody());
        using CohereSession session = TestSession.Open(server);
        using var stop = new CancellationTokenSource();

        Task call = session.ReadAsync(cancellationToken: stop.Token);
        FaultExchange request = await server.RequestAsync();
        await Task.Delay(100);
        await stop.CancelAsync();

        await AssertCancelledAsync(call);
        await request.ClosedByClientAsync();
    }

    [Fact]
    public async Task Cancelling_ends_a_wait_before_a_retry()
    {
        using var server = new FaultServer(Answer.Status(503, "Retry-After: 50"));
        using CohereSession session = TestSession.Open(server);
        using var stop = new CancellationTokenSource();
        var notices = new Notices();

        Task call = session.ReadAsync(notices.Options, stop.Token);
        await notices.Waits;
        await stop.CancelAsync();

        await AssertCancelledAsync(call);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Cancelling_ends_a_pause()
    {
        using var server = new FaultServer(Answer.Status(429, "Retry-After: 50"));
        using CohereSession session = TestSession.Open(server);
        using var stop = new CancellationTokenSource();
        var first = new Notices();
        var second = new Notices();

        Task refused = session.ReadAsync(first.Options, stop.Token);
        await first.Waits;
        Task paused = session.ReadAsync(second.Options, stop.Token);
        await second.Waits;
        await stop.CancelAsync();

        await AssertCancelledAsync(refused);
        await AssertCancelledAsync(paused);
        Assert.Contains(second.All, notice => notice.Kind == ApiNoticeKind.Pause);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_the_limit_of_the_key()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, KeyType = CohereKeyType.Trial });
        ChatClient chat = new CohereClient(session).Chat;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => chat.SendAsync(ChatJson.Question())));
        using var stop = new CancellationTokenSource();
        var notices = new Notices();

        Task call = chat.SendAsync(ChatJson.Question(), notices.Options, stop.Token);
        await notices.Waits;
        await stop.CancelAsync();

        await AssertCancelledAsync(call);
        Assert.Equal(20, server.Requests.Count);
    }

    [Fact]
    public async Task Cancelling_ends_a_stream_and_the_request_at_the_server()
    {
        using var server = new FaultServer(Answer.StalledEvents(ChatJson.Start(), ChatJson.ContentStart(), ChatJson.Text("Half of")));
        using CohereSession session = TestSession.Open(server);
        using var stop = new CancellationTokenSource();
        var seen = new List<ChatStreamEvent>();

        async Task ReadAsync()
        {
            await foreach (ChatStreamEvent item in new CohereClient(session).Chat.StreamAsync(ChatJson.Question(), cancellationToken: stop.Token))
            {
                seen.Add(item);
                if (item.Text == "Half of")
                {
                    stop.CancelAfter(50);
                }
            }
        }

        await AssertCancelledAsync(ReadAsync());
        await (await server.RequestAsync()).ClosedByClientAsync();
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public async Task A_reader_that_stops_early_ends_the_request_at_the_server()
    {
        using var server = new FaultServer(Answer.EventStream(async exchange =>
        {
            await exchange.ChunkAsync(Answer.Event(ChatJson.Start()) + Answer.Event(ChatJson.ContentStart()));
            for (int i = 0; i < 10000 && !exchange.IsClosedByClient; i++)
            {
                await exchange.ChunkAsync(Answer.Event(ChatJson.Text("again and ")));
                await exchange.PauseAsync(TimeSpan.FromMilliseconds(5));
            }
        }));
        using CohereSession session = TestSession.Open(server);

        await foreach (ChatStreamEvent item in new CohereClient(session).Chat.StreamAsync(ChatJson.Question()))
        {
            if (item.Text is { Length: > 0 })
            {
                break;
            }
        }

        await (await server.RequestAsync()).ClosedByClientAsync();
    }

    [Fact]
    public async Task A_reader_that_stops_a_silent_stream_early_does_not_wait_for_it()
    {
        using var server = new FaultServer(Answer.StalledEvents(ChatJson.Start()));
        using CohereSession session = TestSession.Open(server);

        IAsyncEnumerator<ChatStreamEvent> events = new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        await events.DisposeAsync().AsTask().WaitAsync(Promptly);

        await (await server.RequestAsync()).ClosedByClientAsync();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_is_not_sent()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await AssertCancelledAsync(session.ReadAsync(cancellationToken: new CancellationToken(true)));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Disposing_the_session_ends_calls_in_every_phase()
    {
        using var server = new FaultServer(exchange => exchange.Path switch
        {
            "/v1/models/silent" => Answer.Silence(),
            "/v1/models/stalled" => Answer.StallInBody(),
            "/v2/chat" => Answer.StalledEvents(ChatJson.Start()),
            _ => Answer.Status(503, "Retry-After: 50"),
        });
        CohereSession session = TestSession.Open(server);
        var client = new CohereClient(session);
        var notices = new Notices();
        Task[] calls =
        [
            client.Raw.SendAsync("GET", "/v1/models/silent"),
            client.Raw.SendAsync("GET", "/v1/models/stalled"),
            client.Chat.StreamAsync(ChatJson.Question()).ToListAsync(),
            client.Raw.SendAsync("GET", "/v1/models/busy", options: notices.Options),
        ];
        await server.RequestAsync(4);
        await notices.Waits;
        await Task.Delay(100);

        session.Dispose();

        foreach (Task call in calls)
        {
            CohereException exception = await Assert.ThrowsAsync<CohereException>(() => call.WaitAsync(Promptly));
            Assert.Equal(ErrorReason.SessionClosed, exception.Reason);
        }

        Assert.False(session.IsOpen);
        CohereException late = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());
        Assert.Equal(ErrorReason.SessionClosed, late.Reason);
    }

    [Fact]
    public async Task Disposing_the_session_ends_the_wait_for_the_limit_of_the_key()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, KeyType = CohereKeyType.Trial });
        ChatClient chat = new CohereClient(session).Chat;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => chat.SendAsync(ChatJson.Question())));
        var notices = new Notices();

        Task call = chat.SendAsync(ChatJson.Question(), notices.Options);
        await notices.Waits;
        session.Dispose();

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => call.WaitAsync(Promptly));
        Assert.Equal(ErrorReason.SessionClosed, exception.Reason);
    }

    private static async Task AssertCancelledAsync(Task call)
    {
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Promptly));
        Assert.IsNotType<TimeoutException>(exception.InnerException);
    }
}
