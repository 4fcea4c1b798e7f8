using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using CohereShell.Transport;
using Xunit;

namespace CohereShell.Tests;

/// <summary>Sessions with the real transport, but with delays that are a hundred times shorter.</summary>
internal static class TestSession
{
    public const string Key = "kY7-test+key/0123456789=abcdef";

    /// <summary>The first delay, instead of one second.</summary>
    public static readonly TimeSpan BaseDelay = TimeSpan.FromMilliseconds(10);

    private static readonly Lazy<Task> WarmUp = new(async () =>
    {
        using var server = new FaultServer(Answer.Status(503), Answer.Ok());
        using CohereSession answered = Open(server, retries: 1);
        await answered.ReadAsync(new RequestOptions { Progress = new Notices() });
        using CohereSession refused = Open(new CohereSessionOptions { BaseUri = FaultServer.ClosedAddress(), MaxRetryCount = 1 });
        await Assert.ThrowsAsync<CohereException>(() => refused.ReadAsync());
    });

    public static CohereSession Open(FaultServer server, int retries = CohereSession.DefaultMaxRetryCount, TimeSpan? timeout = null) =>
        Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = Key, MaxRetryCount = retries, Timeout = timeout });

    public static CohereSession Open(CohereSessionOptions options, TimeSpan? window = null) =>
        new(options, () => new ResilientTransport(BaseDelay, window ?? TimeSpan.FromMinutes(1)));

    /// <summary>
    /// Completes after the first calls of the process, refused and answered ones. Their code is compiled, which can take a second. Call it
    /// in tests of short times.
    /// </summary>
    public static Task WarmUpAsync() => WarmUp.Value;

    /// <summary>A call that only reads. Any JSON is a valid response.</summary>
    public static Task ReadAsync(this CohereSession session, RequestOptions? options = null, System.Threading.CancellationToken cancellationToken = default) =>
        new CohereClient(session).Raw.SendAsync("GET", "/v1/models/any", options: options, cancellationToken: cancellationToken);

    /// <summary>A call that must not be sent twice.</summary>
    public static Task CreateAsync(this CohereSession session, RequestOptions? options = null) =>
        new CohereClient(session).Raw.SendAsync("POST", "/v1/datasets", body: "{}"u8.ToArray(), options: options);

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (T item in items)
        {
            list.Add(item);
        }

        return list;
    }
}

/// <summary>Records the notices of a call.</summary>
internal sealed class Notices : IProgress<ApiNotice>
{
    private readonly ConcurrentQueue<(ApiNotice Notice, long At)> _all = new();
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ApiNotice> All => _all.Select(item => item.Notice).ToArray();

    public IReadOnlyList<TimeSpan> Delays => All.Where(notice => notice.Kind == ApiNoticeKind.Retry).Select(notice => notice.Delay).ToArray();

    /// <summary>
    /// The earliest times, by <see cref="Stopwatch"/>, at which the announced waits end. Compare them with other times of the test. The
    /// delays alone depend on how long the refused call took.
    /// </summary>
    public IReadOnlyList<long> DelayEnds => _all
        .Where(item => item.Notice.Kind == ApiNoticeKind.Retry)
        .Select(item => item.At + (long)(item.Notice.Delay.TotalSeconds * Stopwatch.Frequency))
        .ToArray();

    /// <summary>Completes when a call has reported a wait.</summary>
    public Task Waits => _waits.Task.WaitAsync(Hang.Limit);

    public RequestOptions Options => new() { Progress = this };

    public void Report(ApiNotice value)
    {
        _all.Enqueue((value, Stopwatch.GetTimestamp()));
        if (value.Kind is ApiNoticeKind.Retry or ApiNoticeKind.RateLimit or ApiNoticeKind.Pause)
        {
            _waits.TrySetResult();
        }
    }
}
