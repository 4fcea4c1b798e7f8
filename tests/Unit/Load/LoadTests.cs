using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace CohereShell.Tests.Load;

/// <summary>
/// Many calls to a server that answers a fifth of them with a fault: every input is answered or has one error, in order,
/// none twice. bench/Measure-Load.ps1 runs the same with more calls.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class LoadTests(ITestOutputHelper output)
{
    private const double Faults = 0.2;
    private const int InFlight = 8;

    private readonly ITestOutputHelper _output = output;

    /// <summary>LOAD_TEST multiplies the number of calls.</summary>
    [Fact]
    public async Task With_many_faults_every_input_is_answered_or_has_one_error()
    {
        int factor = int.TryParse(Environment.GetEnvironmentVariable("LOAD_TEST"), NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) ? wanted : 1;
        using var service = new FaultyService(Faults);
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = service.Address, ApiKey = TestSession.Key });
        var client = new CohereClient(session);
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;

        await CheckAsync("embeddings", 1000 * factor, 96, async (numbers, token) =>
        {
            var sender = new BatchSender<int, Embedding>(async (batch, stop) => (await client.Embeddings.EmbedAsync(new EmbedRequest { Texts = batch.Select(Text).ToArray() }, null, stop)).Embeddings);
            return [.. (await sender.SendAsync(numbers, token)).Select(outcome => (outcome.Output is { } embedding ? (int?)embedding.Vector![0] : null, outcome.Failure))];
        });
        await CheckAsync("chats", 200 * factor, 1, (numbers, token) => OneAsync(async () => int.Parse((await client.Chat.SendAsync(ChatJson.Question(Text(numbers[0])), null, token)).Text, CultureInfo.InvariantCulture)));
        await CheckAsync("reranks", 200 * factor, 1, (numbers, token) => OneAsync(async () =>
        {
            RerankResponse response = await client.Rerank.RerankAsync(new RerankRequest { Query = Text(numbers[0]), Documents = ["a", "b"] }, null, token);
            return response.Results.Select(result => result.Index).SequenceEqual([1, 0]) ? numbers[0] : -1;
        }));

        process.Refresh();
        _output.WriteLine(FormattableString.Invariant($"{service.Requests} requests, {service.Faults.Values.Sum()} faults ({string.Join(", ", service.Faults.Select(kind => $"{kind.Value} {kind.Key}"))}), {(process.WorkingSet64 - before) / 1048576} MB more memory."));
        Assert.InRange(service.Faults.Values.Sum(), service.Requests / 10, service.Requests / 2);
        Assert.Contains("broken gzip", service.Faults.Keys);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<(int? Number, CohereException? Failure)>> OneAsync(Func<Task<int>> call)
    {
        try
        {
            return [(await call(), null)];
        }
        catch (CohereException exception)
        {
            return [(null, exception)];
        }
    }

    private async Task CheckAsync(string what, int count, int batchSize, Func<IReadOnlyList<int>, CancellationToken, Task<IReadOnlyList<(int? Number, CohereException? Failure)>>> callAsync)
    {
        var elapsed = Stopwatch.StartNew();
        var results = new IReadOnlyList<(int? Number, CohereException? Failure)>[(count + batchSize - 1) / batchSize];
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(batchSize).Select((numbers, index) => (numbers, index)), new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (batch, token) =>
            results[batch.index] = await callAsync(batch.numbers, token));

        (int? Number, CohereException? Failure)[] all = [.. results.SelectMany(result => result)];
        _output.WriteLine(FormattableString.Invariant($"{count} {what}: {all.Count(item => item.Failure is null)} answers, {all.Count(item => item.Failure is not null)} errors, {elapsed.Elapsed.TotalSeconds:0.0} s."));
        Assert.Equal(count, all.Length);
        // In order and none twice: each output is the one of its input, and each input has one output or one error.
        Assert.All(all.Select((item, index) => (item, index)), pair => Assert.True(pair.item.Failure is not null ? pair.item.Number is null : pair.item.Number == pair.index, $"Input {pair.index} got {pair.item.Number}."));
        Assert.True(all.Count(item => item.Failure is null) > count / 2, "Most inputs are answered.");
    }
}
