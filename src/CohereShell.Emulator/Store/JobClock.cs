namespace CohereShell.Emulation;

/// <summary>Extends work to the duration of a job, so that clients see every state.</summary>
internal sealed class JobClock(TimeSpan duration, EmulatorClock clock)
{
    private readonly TimeSpan _start = clock.Now;

    /// <summary>Waits until a share of the duration has passed. Returns immediately if it has already passed.</summary>
    internal async Task UntilAsync(double share, CancellationToken cancellationToken)
    {
        TimeSpan left = _start + TimeSpan.FromTicks((long)(duration.Ticks * share)) - clock.Now;
        if (left > TimeSpan.Zero)
        {
            await clock.DelayAsync(left, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
