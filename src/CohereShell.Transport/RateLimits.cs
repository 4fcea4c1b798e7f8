using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace CohereShell.Transport;

/// <summary>
/// Enforces the limits per minute in the client, so that a 429 is rare. With a sliding window, the first calls start
/// immediately, and no minute has more calls than the server allows.
/// </summary>
internal sealed class RateLimits(TimeSpan window) : IDisposable
{
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);
    private const int SegmentsPerWindow = 240;

    /// <summary>
    /// A permit is returned with the segment that it was acquired in, which is up to one segment too early. Calls that are
    /// sent at the same time can also arrive at different times. Two additional segments cover both.
    /// </summary>
    private const int SegmentsBeyondWindow = 2;

    private readonly ConcurrentDictionary<(string Key, LimitUnit Unit, int Allowed), Lazy<SlidingWindowRateLimiter>> _limiters = new();

    /// <summary>The limits of calls that the service's answers to a trial key contained.</summary>
    private readonly ConcurrentDictionary<string, int> _trialLimits = new(StringComparer.Ordinal);

    /// <summary>The window of the limits: a minute, or less in tests.</summary>
    public TimeSpan Window { get; } = window;

    /// <summary>The key of a shared limit: the operation, and for some operations the model.</summary>
    public static string KeyOf(ApiCall call) =>
        call.Operation.IsLimitedPerModel ? call.Operation.Name + ' ' + call.Model : call.Operation.Name;

    /// <summary>Waits for all limits of a call. The lease isn't acquired only if the limits are disposed.</summary>
    public async ValueTask<RateLimitLease> AcquireAsync(ApiCall call, CancellationToken cancellationToken)
    {
        // Leases of a sliding window hold no resources, so only the last one is kept.
        RateLimitLease lease = UnlimitedLease.Instance;
        if (call.KeyType is not { } keyType)
        {
            return lease;
        }

        foreach (OperationLimit limit in LimitsOf(call, keyType))
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

    /// <summary>
    /// Uses the counts in an answer to a trial key. They include the calls of other sessions with the same key.
    /// </summary>
    public void Learn(ApiCall call, ApiReply reply)
    {
        if (reply.TrialCallLimit is not { } limit || limit <= 0)
        {
            return;
        }

        _trialLimits[KeyOf(call)] = limit;
        if (reply.TrialCallsRemaining is { } remaining)
        {
            SlidingWindowRateLimiter limiter = LimiterFor(call, LimitUnit.Requests, limit);
            long surplus = limiter.GetStatistics()!.CurrentAvailablePermits - remaining;
            if (surplus > 0)
            {
                // The lease holds no resources. If another call is faster, the next answer corrects the count.
                limiter.AttemptAcquire((int)surplus).Dispose();
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

    private async ValueTask<RateLimitLease> AcquireAsync(ApiCall call, OperationLimit limit, int allowed, CancellationToken cancellationToken)
    {
        int permits = Math.Min(allowed, CountIn(call, limit.Unit));
        if (permits == 0)
        {
            return UnlimitedLease.Instance;
        }

        SlidingWindowRateLimiter limiter = LimiterFor(call, limit.Unit, allowed);
        RateLimitLease atOnce = limiter.AttemptAcquire(permits);
        if (atOnce.IsAcquired)
        {
            return atOnce;
        }

        call.Progress?.Report(new ApiNotice(
            ApiNoticeKind.RateLimit,
            call.Operation,
            TimeSpan.Zero,
            $"Waiting for the rate limit before {CallState.Describe(call)}: {allowed} {limit.Unit.ToString().ToLowerInvariant()} a minute with a {call.KeyType} key."));
        return await limiter.AcquireAsync(permits, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The limits of the catalogue, unless the service returned another limit of calls.</summary>
    private IEnumerable<OperationLimit> LimitsOf(ApiCall call, CohereKeyType keyType)
    {
        IReadOnlyList<OperationLimit> limits = call.Operation.LimitsFor(call.Model);
        return keyType == CohereKeyType.Trial && _trialLimits.TryGetValue(KeyOf(call), out int calls)
            ? limits.Where(limit => limit.Unit != LimitUnit.Requests).Append(new OperationLimit(LimitUnit.Requests, calls, null))
            : limits;
    }

    private SlidingWindowRateLimiter LimiterFor(ApiCall call, LimitUnit unit, int allowed) =>
        _limiters.GetOrAdd((KeyOf(call), unit, allowed), _ => new(() => Create(allowed))).Value;

    private static int CountIn(ApiCall call, LimitUnit unit) => unit switch
    {
        LimitUnit.Inputs => call.InputCount,
        LimitUnit.Images => call.ImageCount,
        _ => 1,
    };

    private SlidingWindowRateLimiter Create(int allowed) => new(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = allowed,
        Window = TimeSpan.FromTicks(Window.Ticks / SegmentsPerWindow * (SegmentsPerWindow + SegmentsBeyondWindow)),
        SegmentsPerWindow = SegmentsPerWindow + SegmentsBeyondWindow,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        AutoReplenishment = true,
    });
}
