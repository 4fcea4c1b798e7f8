using System.Diagnostics;

namespace CohereShell.Emulation;

/// <summary>Stretches work to the time that it is to take, so that a client sees every state in between.</summary>
internal sealed class JobClock(TimeSpan duration)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Waits until a share of the time is over; not at all when it is over already.</summary>
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
