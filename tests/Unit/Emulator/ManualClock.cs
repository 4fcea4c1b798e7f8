using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Emulation;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>A clock of an emulator that only the test advances, so that nothing ends while a busy computer is looking at it.</summary>
internal sealed class ManualClock : EmulatorClock
{
    private readonly object _gate = new();
    private readonly List<(TimeSpan At, TaskCompletionSource Delay)> _delays = [];
    private TimeSpan _now;

    internal override TimeSpan Now
    {
        get
        {
            lock (_gate)
            {
                return _now;
            }
        }
    }

    internal void Advance(TimeSpan time)
    {
        TaskCompletionSource[] ended;
        lock (_gate)
        {
            _now += time;
            ended = _delays.Where(delay => delay.At <= _now).Select(delay => delay.Delay).ToArray();
            _delays.RemoveAll(delay => delay.At <= _now);
        }

        foreach (TaskCompletionSource delay in ended)
        {
            delay.TrySetResult();
        }
    }

    /// <summary>Waits until something waits for this clock.</summary>
    internal async Task DelayedAsync()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            lock (_gate)
            {
                if (_delays.Count > 0)
                {
                    return;
                }
            }

            Assert.True(waited.Elapsed < Hang.Limit, "Nothing waits for the clock.");
            await Task.Delay(5);
        }
    }

    internal override Task DelayAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var delay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (time > TimeSpan.Zero)
            {
                _delays.Add((_now + time, delay));
            }
            else
            {
                delay.SetResult();
            }
        }

        return delay.Task.WaitAsync(cancellationToken);
    }
}
