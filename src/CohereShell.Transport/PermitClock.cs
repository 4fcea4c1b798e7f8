using System.Diagnostics;

namespace CohereShell.Transport;

/// <summary>
/// Knows when a sliding window has permits again. The limiter itself only says that it has none, and users want to see for
/// how long they wait.
/// </summary>
/// <param name="allowed">The permits of a window.</param>
/// <param name="window">The time after which a permit is free again.</param>
internal sealed class PermitClock(int allowed, TimeSpan window)
{
    private readonly Queue<(long At, int Permits)> _acquired = new();
    private readonly long _window = (long)(window.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Notes that permits were acquired now.</summary>
    public void Note(int permits) => Note(permits, Stopwatch.GetTimestamp());

    /// <summary>The time until a number of permits is free, including those that other calls are waiting for.</summary>
    public TimeSpan TimeUntil(long permits) => TimeUntil(permits, Stopwatch.GetTimestamp());

    internal void Note(int permits, long now)
    {
        lock (_acquired)
        {
            RemoveExpired(now);
            _acquired.Enqueue((now, permits));
        }
    }

    internal TimeSpan TimeUntil(long permits, long now)
    {
        lock (_acquired)
        {
            RemoveExpired(now);
            // More than a window has: the calls in front of this one need whole windows first.
            long windows = Math.Max(0, (permits - 1) / allowed);
            long needed = permits - (windows * allowed) - (allowed - _acquired.Sum(taken => (long)taken.Permits));
            long freeAt = now;
            foreach ((long at, int count) in _acquired.TakeWhile(_ => needed > 0))
            {
                needed -= count;
                freeAt = at + _window;
            }

            return TimeSpan.FromSeconds((freeAt - now + (windows * _window)) / (double)Stopwatch.Frequency);
        }
    }

    private void RemoveExpired(long now)
    {
        while (_acquired.Count > 0 && now - _acquired.Peek().At >= _window)
        {
            _acquired.Dequeue();
        }
    }
}
