using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Emulation;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Requested faults: every kind occurs, and the same seed results in the same faults.</summary>
public sealed class FaultsTests
{
    [Fact]
    public void The_same_seed_gives_the_same_sequence() => Assert.Equal(Sequence(0.5, 7, 200), Sequence(0.5, 7, 200));

    [Fact]
    public void Another_seed_gives_another_sequence() => Assert.NotEqual(Sequence(0.5, 7, 200), Sequence(0.5, 8, 200));

    [Fact]
    public void Every_fault_occurs_and_at_the_requested_rate()
    {
        IReadOnlyList<Fault> faults = [.. Sequence(0.25, 0, 4000).Select(choice => choice.Fault)];
        Assert.Equal(Enum.GetValues<Fault>().OrderBy(fault => fault), faults.Distinct().OrderBy(fault => fault));
        Assert.InRange(faults.Count(fault => fault != Fault.None), 900, 1100);
    }

    [Fact]
    public void Without_a_rate_there_is_no_fault() => Assert.All(Sequence(0, 0, 1000), choice => Assert.Equal(Fault.None, choice.Fault));

    [Fact]
    public async Task In_process_each_fault_looks_to_the_client_as_over_a_network()
    {
        HashSet<string> seen = [.. await OutcomesAsync(seed: 3, count: 60)];
        Assert.Equal(
            ["429 in 0", "429 in 1", "500", "503", "503 in 1", "cut", "reset", "stall"],
            seen.OrderBy(outcome => outcome, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_calls_fail() =>
        Assert.Equal(await OutcomesAsync(seed: 11, count: 20), await OutcomesAsync(seed: 11, count: 20));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void An_invalid_rate_is_refused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CohereEmulatorHandler(new CohereEmulatorOptions { FaultRate = rate }));

    private static FaultChoice[] Sequence(double rate, int seed, int count)
    {
        var faults = new FaultSequence(rate, seed);
        return [.. Enumerable.Range(0, count).Select(_ => faults.Next())];
    }

    // All requests fail, so that the client can distinguish the kinds.
    private static async Task<string[]> OutcomesAsync(int seed, int count)
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { FaultRate = 1, Seed = seed });
        var outcomes = new List<string>();
        foreach (FaultChoice choice in Sequence(1, seed, count))
        {
            // The missing answer is known in advance, so that a slow answer isn't taken for it.
            outcomes.Add(await OutcomeAsync(client, choice.Fault == Fault.Stall ? TimeSpan.FromMilliseconds(100) : Hang.Limit));
        }

        return [.. outcomes];
    }

    private static async Task<string> OutcomeAsync(HttpClient client, TimeSpan time)
    {
        using var patience = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/check-api-key");
        try
        {
            Task<HttpResponseMessage> call = client.SendAsync(request, patience.Token);
            // Only now: the emulator must have the request before the client gives up.
            patience.CancelAfter(time);
            using HttpResponseMessage response = await call;
            string after = response.Headers.RetryAfter is { Delta: { } delay } ? $" in {delay.TotalSeconds:0}" : string.Empty;
            return (int)response.StatusCode + after;
        }
        catch (OperationCanceledException)
        {
            return "stall";
        }
        catch (HttpRequestException error)
        {
            Assert.IsType<IOException>(error.InnerException);
            return error.InnerException!.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset } ? "reset" : "cut";
        }
    }
}
