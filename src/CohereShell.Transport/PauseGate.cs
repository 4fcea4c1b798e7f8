using System.Collections.Concurrent;
using System.Diagnostics;

namespace CohereShell.Transport;

/// <summary>
/// Makes all callers of an operation in the session wait after a 429. Otherwise, each parallel request would use up its
/// retries for the same refusal.
/// </summary>
internal sealed class PauseGate
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(366);

    private readonly ConcurrentDictionary<string, long> _resumeAt = new(StringComparer.Ordinal);

    public void Pause(ApiCall call, TimeSpan delay)
    {
        // A server can ask for thousands of years, which a timestamp can't contain.
        delay = delay < LongestPause ? delay : LongestPause;
        long until = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        _resumeAt.AddOrUpdate(RateLimits.KeyOf(call), until, (_, before) => Math.Max(before, until));
    }

    public async ValueTask WaitAsync(CallState state, CancellationToken cancellationToken)
    {
        // Another 429 may extend the pause during the wait.
        while (TimeToWait(state.Call) is { } delay)
        {
            if (delay > state.TimeLeft)
            {
                throw new TransportException(
                    ErrorReason.RateLimited,
                    FormattableString.Invariant($"The server's rate limit was reached, and the wait is longer than the timeout. Try again in {Math.Ceiling(delay.TotalSeconds)} s, at {ApiErrors.TimeAfter(delay):yyyy-MM-dd HH:mm:ss}."))
                { RetryAfter = delay };
            }

            state.Call.Progress?.Report(state.Call.Notice(
                ApiNoticeKind.Pause,
                delay,
                FormattableString.Invariant($"Waiting {delay.TotalSeconds:0.##} s before {CallState.Describe(state.Call, state.Host)}: the server asked this session to slow down.")));
            if (delay > RetryPolicy.LongestDelay)
            {
                // This is the longest wait. After it, the request is sent regardless of the pause.
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
        // Timers have a resolution of 1 ms, so a shorter pause counts as over.
        return seconds > 0.001 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
