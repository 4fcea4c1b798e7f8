using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Transport;

namespace CohereShell.Bench;

/// <summary>
/// Embeds for some minutes of a trial key, a minute being as many seconds as the first argument says, against an emulator
/// on a socket that enforces the limit. Prints the share of the limit that was used, and how often a call was sent again.
/// The second argument is the size of a batch; without it, the one that New-CohereEmbedding takes.
/// </summary>
internal static class Program
{
    private const int Windows = 4;
    private const int Workers = 5;

    private static async Task Main(string[] arguments)
    {
        var window = TimeSpan.FromSeconds(double.Parse(arguments[0], CultureInfo.InvariantCulture));
        using CohereEmulator emulator = CohereEmulator.Start(0, new CohereEmulatorOptions { KeyType = CohereKeyType.Trial, EnforceRateLimit = true, RateLimitWindow = window });
        var options = new CohereSessionOptions { BaseUri = emulator.BaseUri, ApiKey = "bench", KeyType = CohereKeyType.Trial };
        using var session = new CohereSession(options, () => new ResilientTransport(RetryPolicy.DefaultBaseDelay, window));
        OperationLimit inputs = Operations.Embed.Limits[0];
        int batchSize = arguments.Length > 1
            ? int.Parse(arguments[1], CultureInfo.InvariantCulture)
            : inputs.BestBatchSize(CohereKeyType.Trial, EmbedRequest.MaxInputs);
        string[] batch = Enumerable.Range(0, batchSize).Select(index => FormattableString.Invariant($"text {index}")).ToArray();
        var request = new EmbedRequest { Texts = batch, OutputDimension = 256 };
        var client = new CohereClient(session);
        int limit = inputs.For(CohereKeyType.Trial)!.Value;
        var completed = new ConcurrentQueue<TimeSpan>();
        var watch = Stopwatch.StartNew();
        using var ending = new CancellationTokenSource(window * (Windows - 0.5));
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async _ =>
        {
            try
            {
                while (true)
                {
                    await client.Embeddings.EmbedAsync(request, null, ending.Token).ConfigureAwait(false);
                    completed.Enqueue(watch.Elapsed);
                }
            }
            catch (OperationCanceledException)
            {
                // The time is over.
            }
        })).ConfigureAwait(false);

        // From the first call of the first minute to the first one of the last: what was sent in between, in that time.
        TimeSpan[] times = completed.Order().ToArray();
        int last = Enumerable.Range(1, times.Length - 1).Last(index => times[index] - times[index - 1] > window / 4);
        double used = last * batchSize / (times[last] - times[0]).TotalSeconds / (limit / window.TotalSeconds);
        Console.WriteLine(FormattableString.Invariant($"{used:0.000} {session.GetUsage().Sum(usage => usage.Retries)}"));
    }
}
