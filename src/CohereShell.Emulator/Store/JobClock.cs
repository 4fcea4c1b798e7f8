using System.Diagnostics;

namespace CohereShell.Emulation;

/// <summary>Extends work to the duration of a job, so that clients see every state.</summary>
internal sealed class JobClock(TimeSpan duration)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Waits until a share of the duration has passed. Returns immediately if it has already passed.</summary>
    internal async Task UntilAsync(double share, CancellationToken cancellationToken)
    {
        TimeSpan left = TimeSpan.FromTicks((long)(duration.Ticks * share)) - _clock.Elapsed;
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
