using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class CancellationTests
{
    /// <summary>Every call of the client. Each of them must pass on its token.</summary>
    private static readonly Dictionary<string, Func<CohereClient, CancellationToken, Task>> Calls = new()
    {
        ["CheckApiKey"] = (client, token) => client.Account.CheckApiKeyAsync(cancellationToken: token),
        ["Transcribe"] = (client, token) => client.Audio.TranscribeAsync(new TranscriptionRequest { Path = "never-opened.wav", Language = "en" }, cancellationToken: token),
        ["CreateBatch"] = (client, token) => client.Batches.CreateAsync(new BatchRequest { Name = "a", DatasetId = "a", Model = "a" }, cancellationToken: token),
        ["ListBatches"] = (client, token) => client.Batches.ListAsync(cancellationToken: token).ToListAsync(),
        ["GetBatch"] = (client, token) => client.Batches.GetAsync("a", cancellationToken: token),
        ["CancelBatch"] = (client, token) => client.Batches.CancelAsync("a", cancellationToken: token),
        ["Chat"] = (client, token) => client.Chat.SendAsync(ChatJson.Question(), cancellationToken: token),
        ["StreamChat"] = (client, token) => client.Chat.StreamAsync(ChatJson.Question(), cancellationToken: token).ToListAsync(),
        ["Classify"] = (client, token) => client.Classify.ClassifyAsync(new ClassifyRequest { Inputs = ["a"], Model = "a" }, cancellationToken: token),
        ["CreateDataset"] = (client, token) => client.Datasets.CreateAsync(new DatasetRequest { Name = "a", Type = "embed-input", Path = typeof(CancellationTests).Assembly.Location }, cancellationToken: token),
        ["ListDatasets"] = (client, token) => client.Datasets.ListAsync(cancellationToken: token).ToListAsync(),
        ["GetDataset"] = (client, token) => client.Datasets.GetAsync("a", cancellationToken: token),
        ["OpenRows"] = (client, token) => client.Datasets.OpenRowsAsync("a", cancellationToken: token),
        ["DeleteDataset"] = (client, token) => client.Datasets.DeleteAsync("a", cancellationToken: token),
        ["GetDatasetUsage"] = (client, token) => client.Datasets.GetUsageAsync(cancellationToken: token),
        ["CreateEmbedJob"] = (client, token) => client.EmbedJobs.CreateAsync(new EmbedJobRequest { DatasetId = "a", Model = "a" }, cancellationToken: token),
        ["ListEmbedJobs"] = (client, token) => client.EmbedJobs.ListAsync(cancellationToken: token),
        ["GetEmbedJob"] = (client, token) => client.EmbedJobs.GetAsync("a", cancellationToken: token),
        ["CancelEmbedJob"] = (client, token) => client.EmbedJobs.CancelAsync("a", cancellationToken: token),
        ["Embed"] = (client, token) => client.Embeddings.EmbedAsync(new EmbedRequest { Texts = ["a"] }, cancellationToken: token),
        ["CreateFineTunedModel"] = (client, token) => client.FineTuning.CreateAsync(new FineTunedModelRequest { Name = "a", DatasetId = "a" }, cancellationToken: token),
        ["ListFineTunedModels"] = (client, token) => client.FineTuning.ListAsync(cancellationToken: token).ToListAsync(),
        ["GetFineTunedModel"] = (client, token) => client.FineTuning.GetAsync("a", cancellationToken: token),
        ["UpdateFineTunedModel"] = (client, token) => client.FineTuning.UpdateAsync("a", new FineTunedModelRequest { Name = "a", DatasetId = "a" }, cancellationToken: token),
        ["DeleteFineTunedModel"] = (client, token) => client.FineTuning.DeleteAsync("a", cancellationToken: token),
        ["ListFineTuningEvents"] = (client, token) => client.FineTuning.ListEventsAsync("a", cancellationToken: token).ToListAsync(),
        ["ListFineTuningMetrics"] = (client, token) => client.FineTuning.ListMetricsAsync("a", cancellationToken: token).ToListAsync(),
        ["ListModels"] = (client, token) => client.Models.ListAsync(cancellationToken: token).ToListAsync(),
        ["GetModel"] = (client, token) => client.Models.GetAsync("a", cancellationToken: token),
        ["SendRaw"] = (client, token) => client.Raw.SendAsync("GET", "/v1/models/any", cancellationToken: token),
        ["ListRaw"] = (client, token) => client.Raw.ListAsync("/v1/models", cancellationToken: token).ToListAsync(),
        ["Rerank"] = (client, token) => client.Rerank.RerankAsync(new RerankRequest { Query = "a", Documents = ["a"] }, cancellationToken: token),
        ["Tokenize"] = (client, token) => client.Tokens.TokenizeAsync("a", cancellationToken: token),
        ["Detokenize"] = (client, token) => client.Tokens.DetokenizeAsync([1], cancellationToken: token),
    };

    public static TheoryData<string> CallNames => new(Calls.Keys);

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
    public async Task Cancelling_ends_a_response_during_its_body()
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
    public async Task Cancelling_ends_the_wait_for_the_rate_limit()
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
    public async Task Stopping_to_read_ends_the_request_at_the_server()
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
    public async Task Stopping_to_read_a_silent_stream_does_not_wait_for_it()
    {
        using var server = new FaultServer(Answer.StalledEvents(ChatJson.Start()));
        using CohereSession session = TestSession.Open(server);

        IAsyncEnumerator<ChatStreamEvent> events = new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        await events.DisposeAsync().AsTask().WaitAsync(Hang.Limit);

        await (await server.RequestAsync()).ClosedByClientAsync();
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_the_stream_of_a_custom_handler()
    {
        var content = new ContentThatNeverOpens();
        using CohereSession session = TestSession.Open(new CohereSessionOptions { Handler = new AnswerWith(content) });
        using var stop = new CancellationTokenSource();

        Task call = new CohereClient(session).Chat.StreamAsync(ChatJson.Question(), cancellationToken: stop.Token).ToListAsync();
        await content.Asked.WaitAsync(Hang.Limit);
        await stop.CancelAsync();

        await AssertCancelledAsync(call);
    }

    [Theory]
    [MemberData(nameof(CallNames))]
    public async Task A_call_that_is_cancelled_before_its_start_is_not_sent(string name)
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await AssertCancelledAsync(Calls[name](new CohereClient(session), new CancellationToken(true)));

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
            CohereException exception = await Assert.ThrowsAsync<CohereException>(() => call.WaitAsync(Hang.Limit));
            Assert.Equal(ErrorReason.SessionClosed, exception.Reason);
        }

        Assert.False(session.IsOpen);
        CohereException late = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());
        Assert.Equal(ErrorReason.SessionClosed, late.Reason);
    }

    [Fact]
    public async Task Disposing_the_session_ends_the_wait_for_the_rate_limit()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, KeyType = CohereKeyType.Trial });
        ChatClient chat = new CohereClient(session).Chat;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => chat.SendAsync(ChatJson.Question())));
        var notices = new Notices();

        Task call = chat.SendAsync(ChatJson.Question(), notices.Options);
        await notices.Waits;
        session.Dispose();

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => call.WaitAsync(Hang.Limit));
        Assert.Equal(ErrorReason.SessionClosed, exception.Reason);
    }

    private static async Task AssertCancelledAsync(Task call)
    {
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Hang.Limit));
        Assert.IsNotType<TimeoutException>(exception.InnerException);
    }

    /// <summary>Responds without a network.</summary>
    private sealed class AnswerWith(HttpContent content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = content });
    }

    private sealed class ContentThatNeverOpens : HttpContent
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return Stream.Null;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
