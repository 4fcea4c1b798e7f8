using System.Diagnostics;

namespace CohereShell.Emulation;

/// <summary>
/// Counts the requests within the last window for each operation, and for each model if the limit applies per model.
/// </summary>
internal sealed class RateLimitWindow(TimeSpan window, CohereKeyType keyType)
{
    private readonly object _gate = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, Queue<Entry>> _counted = [];

    internal TimeSpan Window => window;

    /// <summary>The key type whose limits apply.</summary>
    internal CohereKeyType KeyType => keyType;

    /// <summary>Counts a request. A request that exceeds a limit is refused and not counted.</summary>
    internal RateLimitDecision Take(EmulatedOperation operation, EmulatorRequest request)
    {
        string model = request.Operation.IsLimitedPerModel ? operation.LimitedModel(request) : string.Empty;
        var decision = default(RateLimitDecision);
        lock (_gate)
        {
            TimeSpan now = _clock.Elapsed;
            foreach (OperationLimit limit in request.Operation.LimitsFor(model))
            {
                int count = operation.Count(request, limit.Unit);
                if (count == 0 || limit.For(keyType) is not { } allowed)
                {
                    continue;
                }

                Queue<Entry> entries = EntriesFor(request.Operation.Name + "\n" + model + "\n" + limit.Unit);
                decision = Take(entries, limit, allowed, count, now);
                if (decision.IsRefused)
                {
                    return decision;
                }
            }
        }

        return decision;
    }

    private RateLimitDecision Take(Queue<Entry> entries, OperationLimit limit, int allowed, int count, TimeSpan now)
    {
        while (entries.Count > 0 && entries.Peek().At + window <= now)
        {
            entries.Dequeue();
        }

        int used = 0;
        foreach (Entry entry in entries)
        {
            used += entry.Count;
        }

        if (used + count > allowed)
        {
            TimeSpan wait = entries.Count > 0 ? entries.Peek().At + window - now : window;
            return new RateLimitDecision(limit, allowed, Math.Max(0, allowed - used), wait, IsRefused: true);
        }

        entries.Enqueue(new Entry(now, count));
        TimeSpan reset = entries.Peek().At + window - now;
        return new RateLimitDecision(limit, allowed, allowed - used - count, reset, IsRefused: false);
    }

    private Queue<Entry> EntriesFor(string key)
    {
        if (!_counted.TryGetValue(key, out Queue<Entry>? entries))
        {
            _counted[key] = entries = new Queue<Entry>();
        }

        return entries;
    }

    private readonly record struct Entry(TimeSpan At, int Count);
}

/// <summary>The state of a limit after a request.</summary>
/// <param name="Limit">The limit. Null if no limit applies.</param>
/// <param name="Allowed">The allowed amount within a window.</param>
/// <param name="Remaining">The remaining amount.</param>
/// <param name="ResetsIn">The time until some of the amount is available again.</param>
/// <param name="IsRefused">Whether the request exceeds the limit.</param>
internal readonly record struct RateLimitDecision(OperationLimit? Limit, int Allowed, int Remaining, TimeSpan ResetsIn, bool IsRefused);
