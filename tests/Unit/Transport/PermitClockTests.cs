using System;
using System.Diagnostics;
using CohereShell.Transport;
using Xunit;

namespace CohereShell.Tests;

/// <summary>How long a call waits for a limit, with times that the tests set.</summary>
public sealed class PermitClockTests
{
    private readonly PermitClock _clock = new(20, TimeSpan.FromMinutes(1));

    [Fact]
    public void A_permit_is_free_a_window_after_it_was_acquired()
    {
        Acquire(20, at: 0);

        Assert.Equal(57, Wait(1, at: 3));
        Assert.Equal(57, Wait(20, at: 3));
        Assert.Equal(0, Wait(1, at: 60));
    }

    [Fact]
    public void Permits_that_are_free_are_not_waited_for()
    {
        Acquire(15, at: 0);

        Assert.Equal(0, Wait(5, at: 3));
        Assert.Equal(57, Wait(6, at: 3));
    }

    [Fact]
    public void The_oldest_permits_are_free_first()
    {
        Acquire(5, at: 0);
        Acquire(10, at: 20);
        Acquire(5, at: 40);

        Assert.Equal(10, Wait(5, at: 50));
        Assert.Equal(30, Wait(6, at: 50));
        Assert.Equal(50, Wait(20, at: 50));
    }

    [Fact]
    public void Calls_that_need_more_than_a_window_wait_for_whole_windows()
    {
        Acquire(20, at: 0);

        Assert.Equal(120, Wait(21, at: 0));
        Assert.Equal(180, Wait(41, at: 0));
    }

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);

    private void Acquire(int permits, double at) => _clock.Note(permits, Ticks(at));

    private double Wait(long permits, double at) => Math.Round(_clock.TimeUntil(permits, Ticks(at)).TotalSeconds, 3);
}
