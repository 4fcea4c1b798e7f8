using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.RateLimiting;
using System.Threading.Tasks;

namespace CohereShell.Transport;

/// <summary>
/// Keeps the limits per minute on this side, so that a 429 is the exception. A sliding window lets the first calls go
/// at once and never sends more in any minute than the server allows.
/// </summary>
internal sealed class RateLimits : IDisposable
{
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);
    private const int SegmentsPerWindow = 240;

    /// <summary>
    /// A permit comes back with the segment that it was taken in, up to a segment too early; and calls that left in one
    /// moment do not arrive in one. Two segments more than the window keep the server from counting too many.
    /// </summary>
    private const int SegmentsBeyondWindow = 2;

    private readonly ConcurrentDictionary<(string Key, LimitUnit Unit), Lazy<SlidingWindowRateLimiter>> _limiters = new();
    private readonly TimeSpan _window;

    public RateLimits(TimeSpan window) => _window = window;

    /// <summary>What shares a limit: an operation, for some operations with one model.</summary>
    public static string KeyOf(ApiCall call) =>
        call.Operation.IsLimitedPerModel ? call.Operation.Name + ' ' + call.Model : call.Operation.Name;

    public async ValueTask AcquireAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (call.KeyType is not { } keyType)
        {
            return;
        }

        foreach (OperationLimit limit in call.Operation.Limits)
        {
            if (limit.For(keyType) is { } allowed)
            {
                await AcquireAsync(call, limit, allowed, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        foreach (Lazy<SlidingWindowRateLimiter> limiter in _limiters.Values)
        {
            limiter.Value.Dispose();
        }
    }

    private async ValueTask AcquireAsync(ApiCall call, OperationLimit limit, int allowed, CancellationToken cancellationToken)
    {
        int permits = Math.Min(allowed, CountIn(call, limit.Unit));
        if (permits == 0)
        {
            return;
        }

        SlidingWindowRateLimiter limiter = _limiters.GetOrAdd((KeyOf(call), limit.Unit), _ => new(() => Create(allowed))).Value;
        using RateLimitLease atOnce = limiter.AttemptAcquire(permits);
        if (atOnce.IsAcquired)
        {
            return;
        }

        call.Progress?.Report(new ApiNotice(
            ApiNoticeKind.RateLimit,
            call.Operation,
            TimeSpan.Zero,
            $"{call.Operation}: waiting for the limit of {allowed} {limit.Unit.ToString().ToLowerInvariant()} per minute of a {call.KeyType} key."));
        using RateLimitLease later = await limiter.AcquireAsync(permits, cancellationToken).ConfigureAwait(false);
        if (!later.IsAcquired)
        {
            // The queue has no end, so only a session that closes refuses.
            throw new OperationCanceledException();
        }
    }

    private static int CountIn(ApiCall call, LimitUnit unit) => unit switch
    {
        LimitUnit.Inputs => call.InputCount,
        LimitUnit.Images => call.ImageCount,
        _ => 1,
    };

    private SlidingWindowRateLimiter Create(int allowed) => new(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = allowed,
        Window = TimeSpan.FromTicks(_window.Ticks / SegmentsPerWindow * (SegmentsPerWindow + SegmentsBeyondWindow)),
        SegmentsPerWindow = SegmentsPerWindow + SegmentsBeyondWindow,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        AutoReplenishment = true,
    });
}
