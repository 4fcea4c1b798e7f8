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
/// Embeds texts with a trial key for some minutes, against an emulator on a socket that enforces the rate limit. Prints
/// the share of the limit that was used, and the number of retries. The first argument is the length of a minute in
/// seconds. The second one is the batch size. By default, it's the batch size of New-CohereEmbedding.
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
                // The time of the benchmark has passed.
            }
        })).ConfigureAwait(false);

        // Counts what was sent from the first call of the first minute until the first call of the last minute.
        TimeSpan[] times = completed.Order().ToArray();
        int last = Enumerable.Range(1, times.Length - 1).Last(index => times[index] - times[index - 1] > window / 4);
        double used = last * batchSize / (times[last] - times[0]).TotalSeconds / (limit / window.TotalSeconds);
        Console.WriteLine(FormattableString.Invariant($"{used:0.000} {session.GetUsage().Sum(usage => usage.Retries)}"));
    }
}
