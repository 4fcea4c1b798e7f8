using System;
using System.Diagnostics;
using System.Net.Http;
using CohereShell.Transport;
using Xunit;

namespace CohereShell.Tests;

/// <summary>When the server's window of a limit ends. A window of an hour makes the time that a test takes irrelevant.</summary>
public sealed class MinuteClockTests
{
    private readonly ApiCall _call = new(Operations.Chat, () => new HttpRequestMessage());
    private readonly MinuteClock _clock = new(TimeSpan.FromHours(1));

    [Fact]
    public void The_first_call_of_a_window_starts_it_in_whatever_order_the_answers_arrive()
    {
        Note(minutesAgo: 10);
        Note(minutesAgo: 20);
        Note(minutesAgo: 5);

        Assert.InRange(MinutesLeft(), 31, 41);
    }

    [Fact]
    public void A_late_answer_to_a_call_of_an_earlier_window_does_not_change_the_window()
    {
        Note(minutesAgo: 10);
        Note(minutesAgo: 75);

        Assert.InRange(MinutesLeft(), 41, 51);
    }

    private void Note(int minutesAgo) => _clock.Note(_call, Stopwatch.GetTimestamp() - (minutesAgo * 60 * Stopwatch.Frequency));

    private double MinutesLeft() => _clock.TimeLeft(_call).TotalMinutes;
}
