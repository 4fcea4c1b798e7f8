using System.Collections.Concurrent;
using System.Diagnostics;

namespace CohereShell.Transport;

/// <summary>
/// After a 429 every caller of the operation in the session waits, so that parallel requests do not each burn their
/// retries on the same refusal.
/// </summary>
internal sealed class PauseGate
{
    private readonly ConcurrentDictionary<string, long> _resumeAt = new(StringComparer.Ordinal);

    public void Pause(ApiCall call, TimeSpan delay)
    {
        long until = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        _resumeAt.AddOrUpdate(RateLimits.KeyOf(call), until, (_, before) => Math.Max(before, until));
    }

    public async ValueTask WaitAsync(CallState state, CancellationToken cancellationToken)
    {
        // Another 429 may have made the pause longer in the meantime.
        while (TimeToWait(state.Call) is { } delay)
        {
            if (delay > state.TimeLeft)
            {
                throw new TransportException(
                    ErrorReason.RateLimited,
                    FormattableString.Invariant($"{state.Call.Operation} is paused by the server's rate limit for longer than the time left; come back in {Math.Ceiling(delay.TotalSeconds)} s, at {DateTimeOffset.Now + delay:yyyy-MM-dd HH:mm:ss}."))
                { RetryAfter = delay };
            }

            state.Call.Progress?.Report(new ApiNotice(
                ApiNoticeKind.Pause,
                state.Call.Operation,
                delay,
                FormattableString.Invariant($"{state.Call.Operation}: the server has asked this session to slow down; waiting {delay.TotalSeconds:0.##} s.")));
            if (delay > RetryPolicy.LongestDelay)
            {
                // No wait is longer: then the server is asked again, whatever it said.
                await Task.Delay(RetryPolicy.LongestDelay, cancellationToken).ConfigureAwait(false);
                return;
            }

            await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan? TimeToWait(ApiCall call)
    {
        if (_resumeAt.IsEmpty || !_resumeAt.TryGetValue(RateLimits.KeyOf(call), out long until))
        {
            return null;
        }

        double seconds = (until - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency;
        // Timers are no finer than that; a shorter rest is over.
        return seconds > 0.001 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
