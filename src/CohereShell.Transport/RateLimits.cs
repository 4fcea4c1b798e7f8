using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace CohereShell.Transport;

/// <summary>
/// Keeps the limits per minute on this side, so that a 429 is the exception. A sliding window lets the first calls go
/// at once and never sends more in any minute than the server allows.
/// </summary>
internal sealed class RateLimits(TimeSpan window) : IDisposable
{
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);
    private const int SegmentsPerWindow = 240;

    /// <summary>
    /// A permit comes back with the segment that it was taken in, up to a segment too early; and calls that left in one
    /// moment do not arrive in one. Two segments more than the window keep the server from counting too many.
    /// </summary>
    private const int SegmentsBeyondWindow = 2;

    private readonly ConcurrentDictionary<(string Key, LimitUnit Unit), Lazy<SlidingWindowRateLimiter>> _limiters = new();
    private readonly TimeSpan _window = window;

    /// <summary>What shares a limit: an operation, for some operations with one model.</summary>
    public static string KeyOf(ApiCall call) =>
        call.Operation.IsLimitedPerModel ? call.Operation.Name + ' ' + call.Model : call.Operation.Name;

    /// <summary>Waits for all limits of a call. The lease that comes back is refused only when the limits are disposed.</summary>
    public async ValueTask<RateLimitLease> AcquireAsync(ApiCall call, CancellationToken cancellationToken)
    {
        // Leases of a sliding window have nothing to give back: none must be kept beside the last one.
        RateLimitLease lease = UnlimitedLease.Instance;
        if (call.KeyType is not { } keyType)
        {
            return lease;
        }

        foreach (OperationLimit limit in call.Operation.Limits)
        {
            if (limit.For(keyType) is { } allowed)
            {
                lease = await AcquireAsync(call, limit, allowed, cancellationToken).ConfigureAwait(false);
                if (!lease.IsAcquired)
                {
                    return lease;
                }
            }
        }

        return lease;
    }

    public void Dispose()
    {
        foreach (Lazy<SlidingWindowRateLimiter> limiter in _limiters.Values)
        {
            limiter.Value.Dispose();
        }
    }

    private async ValueTask<RateLimitLease> AcquireAsync(ApiCall call, OperationLimit limit, int allowed, CancellationToken cancellationToken)
    {
        int permits = Math.Min(allowed, CountIn(call, limit.Unit));
        if (permits == 0)
        {
            return UnlimitedLease.Instance;
        }

        SlidingWindowRateLimiter limiter = _limiters.GetOrAdd((KeyOf(call), limit.Unit), _ => new(() => Create(allowed))).Value;
        RateLimitLease atOnce = limiter.AttemptAcquire(permits);
        if (atOnce.IsAcquired)
        {
            return atOnce;
        }

        call.Progress?.Report(new ApiNotice(
            ApiNoticeKind.RateLimit,
            call.Operation,
            TimeSpan.Zero,
            $"{call.Operation}: waiting for the limit of {allowed} {limit.Unit.ToString().ToLowerInvariant()} per minute of a {call.KeyType} key."));
        return await limiter.AcquireAsync(permits, cancellationToken).ConfigureAwait(false);
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
