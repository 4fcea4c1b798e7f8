using System.Collections.Concurrent;
using System.Diagnostics;

namespace CohereShell.Transport;

/// <summary>
/// Knows when the server's minute ends. Cohere counts calls in fixed windows and doesn't say when one ends. The first
/// answered call of an operation starts a window, and so does the first one after its end.
/// </summary>
internal sealed class MinuteClock(TimeSpan window)
{
    /// <summary>A call arrives at the server after it is sent, so the server's window ends a little later.</summary>
    private const double Margin = 1.0 / 60;

    private readonly ConcurrentDictionary<string, long> _startedAt = new(StringComparer.Ordinal);
    private readonly TimeSpan _window = window;
    private readonly long _windowTicks = (long)(window.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Notes that a call was answered, even with a refusal.</summary>
    /// <param name="call">The call.</param>
    /// <param name="sentAt">When it was sent, as a timestamp of <see cref="Stopwatch"/>.</param>
    public void Note(ApiCall call, long sentAt) => _startedAt.AddOrUpdate(
        RateLimits.KeyOf(call),
        sentAt,
        // Answers can arrive in another order than their calls, and one that takes long belongs to a window that has ended.
        (_, before) => sentAt - before >= _windowTicks ? sentAt : before - sentAt >= _windowTicks ? before : Math.Min(before, sentAt));

    /// <summary>The time until the window of the call ends, at most the whole window.</summary>
    public TimeSpan TimeLeft(ApiCall call)
    {
        if (!_startedAt.TryGetValue(RateLimits.KeyOf(call), out long startedAt))
        {
            return _window;
        }

        double seconds = (_window.TotalSeconds * (1 + Margin)) - ((Stopwatch.GetTimestamp() - startedAt) / (double)Stopwatch.Frequency);
        return TimeSpan.FromSeconds(Math.Max(0, Math.Min(seconds, _window.TotalSeconds)));
    }
}
