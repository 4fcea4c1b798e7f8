namespace CohereShell.Emulation;

/// <summary>
/// Counts the requests in fixed windows for each operation, and for each model if the limit applies per model. As at the
/// service, a window starts with the first request after the previous one.
/// </summary>
/// <param name="window">The length of a window.</param>
/// <param name="keyType">The key type whose limits apply.</param>
/// <param name="monthlyLimit">The number of requests that a trial key has in all.</param>
/// <param name="isEnforced">Whether requests that exceed a limit are refused.</param>
/// <param name="clock">The time.</param>
internal sealed class RateLimitWindow(TimeSpan window, CohereKeyType keyType, int monthlyLimit, bool isEnforced, EmulatorClock clock)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, Used> _used = [];
    private int _month;

    /// <summary>The key type whose limits apply.</summary>
    internal CohereKeyType KeyType => keyType;

    /// <summary>Counts a request. A request that exceeds a limit is refused and not counted.</summary>
    internal RateLimitDecision Take(EmulatedOperation operation, EmulatorRequest request)
    {
        string model = request.Operation.IsLimitedPerModel ? operation.LimitedModel(request) : string.Empty;
        lock (_gate)
        {
            if (keyType == CohereKeyType.Trial && _month >= monthlyLimit && isEnforced)
            {
                return new RateLimitDecision { Refusal = RateLimitRefusalKind.Month, Allowed = monthlyLimit };
            }

            TimeSpan now = clock.Now;
            var taken = new List<(Used Used, int Count)>();
            var decision = default(RateLimitDecision);
            foreach (OperationLimit limit in request.Operation.LimitsFor(model))
            {
                if (limit.For(keyType) is not { } allowed)
                {
                    continue;
                }

                Used used = UsedOf(request.Operation.Name + "\n" + model + "\n" + limit.Unit, now);
                int count = operation.Count(request, limit.Unit);
                if (count > 0 && used.Count + count > allowed && isEnforced)
                {
                    return new RateLimitDecision { Refusal = RateLimitRefusalKind.Minute, Unit = limit.Unit, Allowed = allowed };
                }

                taken.Add((used, count));
                if (taken.Count == 1)
                {
                    // The headers have room for one limit: the first one.
                    decision = new RateLimitDecision
                    {
                        Unit = limit.Unit,
                        Allowed = allowed,
                        Remaining = Math.Max(0, allowed - used.Count - count),
                        MonthlyLimit = monthlyLimit,
                    };
                }
            }

            taken.ForEach(entry => entry.Used.Add(entry.Count, now));
            _month++;
            return decision;
        }
    }

    private Used UsedOf(string key, TimeSpan now)
    {
        if (!_used.TryGetValue(key, out Used? used) || used.Since + window <= now)
        {
            _used[key] = used = new Used();
        }

        return used;
    }

    /// <summary>What was used of a limit in a window.</summary>
    private sealed class Used
    {
        internal TimeSpan? Since { get; private set; }

        internal int Count { get; private set; }

        internal void Add(int count, TimeSpan now)
        {
            if (count > 0)
            {
                Since ??= now;
                Count += count;
            }
        }
    }
}

/// <summary>The limit that a request exceeds.</summary>
internal enum RateLimitRefusalKind
{
    /// <summary>The request isn't refused.</summary>
    None,

    /// <summary>A limit per minute.</summary>
    Minute,

    /// <summary>The monthly limit of a trial key.</summary>
    Month,
}

/// <summary>The state of a limit after a request.</summary>
internal readonly record struct RateLimitDecision
{
    /// <summary>The limit that the request exceeds.</summary>
    internal RateLimitRefusalKind Refusal { get; init; }

    /// <summary>What the limit counts.</summary>
    internal LimitUnit Unit { get; init; }

    /// <summary>The allowed amount. 0 if no limit applies.</summary>
    internal int Allowed { get; init; }

    /// <summary>The remaining amount in the minute.</summary>
    internal int Remaining { get; init; }

    /// <summary>The monthly limit of a trial key.</summary>
    internal int MonthlyLimit { get; init; }
}
