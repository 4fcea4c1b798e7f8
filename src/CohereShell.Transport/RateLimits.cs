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

    private readonly ConcurrentDictionary<(string Key, LimitUnit Unit, int Allowed), Lazy<Limiter>> _limiters = new();

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
            Limiter limiter = LimiterFor(call, LimitUnit.Requests, limit);
            long surplus = limiter.Window.GetStatistics()!.CurrentAvailablePermits - remaining;
            if (surplus > 0)
            {
                // If another call is faster, the next answer corrects the count.
                limiter.TryAcquire((int)surplus);
            }
        }
    }

    public void Dispose()
    {
        foreach (Lazy<Limiter> limiter in _limiters.Values)
        {
            limiter.Value.Window.Dispose();
        }
    }

    private async ValueTask<RateLimitLease> AcquireAsync(ApiCall call, OperationLimit limit, int allowed, CancellationToken cancellationToken)
    {
        int permits = Math.Min(allowed, CountIn(call, limit.Unit));
        if (permits == 0)
        {
            return UnlimitedLease.Instance;
        }

        Limiter limiter = LimiterFor(call, limit.Unit, allowed);
        if (limiter.TryAcquire(permits) is { } atOnce)
        {
            return atOnce;
        }

        TimeSpan delay = limiter.TimeUntil(permits);
        call.Progress?.Report(call.Notice(
            ApiNoticeKind.RateLimit,
            delay,
            // The reason comes first: the progress bar, which counts the seconds itself, has room for little more.
            FormattableString.Invariant($"Rate limit of {allowed} {limit.Unit.ToString().ToLowerInvariant()} a minute with a {call.KeyType} key: {CallState.Describe(call)} waits about {Math.Ceiling(delay.TotalSeconds)} s.")));
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

    private Limiter LimiterFor(ApiCall call, LimitUnit unit, int allowed) =>
        _limiters.GetOrAdd((KeyOf(call), unit, allowed), _ => new(() => Create(allowed))).Value;

    private static int CountIn(ApiCall call, LimitUnit unit) => unit switch
    {
        LimitUnit.Inputs => call.InputCount,
        LimitUnit.Images => call.ImageCount,
        _ => 1,
    };

    private Limiter Create(int allowed)
    {
        var window = TimeSpan.FromTicks(Window.Ticks / SegmentsPerWindow * (SegmentsPerWindow + SegmentsBeyondWindow));
        return new Limiter(
            new SlidingWindowRateLimiter(new SlidingWindowRateLimiterOptions
            {
                PermitLimit = allowed,
                Window = window,
                SegmentsPerWindow = SegmentsPerWindow + SegmentsBeyondWindow,
                QueueLimit = int.MaxValue,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
                AutoReplenishment = true,
            }),
            new PermitClock(allowed, window));
    }

    /// <summary>A sliding window, and when it has permits again.</summary>
    private sealed class Limiter(SlidingWindowRateLimiter window, PermitClock clock)
    {
        public SlidingWindowRateLimiter Window { get; } = window;

        /// <summary>Acquires permits, or returns null if they aren't free. The lease holds no resources.</summary>
        public RateLimitLease? TryAcquire(int permits)
        {
            RateLimitLease lease = Window.AttemptAcquire(permits);
            if (!lease.IsAcquired)
            {
                return null;
            }

            clock.Note(permits);
            return lease;
        }

        public async ValueTask<RateLimitLease> AcquireAsync(int permits, CancellationToken cancellationToken)
        {
            RateLimitLease lease = await Window.AcquireAsync(permits, cancellationToken).ConfigureAwait(false);
            if (lease.IsAcquired)
            {
                clock.Note(permits);
            }

            return lease;
        }

        /// <summary>The time until permits are free for a call behind those that wait already.</summary>
        public TimeSpan TimeUntil(int permits) => clock.TimeUntil(permits + (Window.GetStatistics()?.CurrentQueuedCount ?? 0));
    }
}
