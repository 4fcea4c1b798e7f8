using System.Diagnostics;

namespace CohereShell.Emulation;

/// <summary>The time of an emulator. A test can replace it with a clock that only the test advances.</summary>
/// <remarks>
/// TimeProvider isn't used, because it's a package in .NET Framework, and the emulator otherwise needs no library there.
/// </remarks>
internal class EmulatorClock
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    /// <summary>The time since an arbitrary moment.</summary>
    internal virtual TimeSpan Now => _elapsed.Elapsed;

    internal virtual Task DelayAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, cancellationToken);
}
