using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace CohereShell.Tests.Fuzz;

/// <summary>
/// Whatever a server answers, a call ends in an object or in a <see cref="CohereException"/>, and no record of a list is
/// lost.
/// </summary>
public sealed class AnswerFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] ContentTypes = ["application/json", "application/json; charset=utf-8", "application/json; charset=iso-8859-1", "application/json; charset=utf-16", "application/json; charset=nonsense", "text/plain", "text/html", "", "application/x-ndjson"];

    private readonly ITestOutputHelper _output = output;

    /// <summary>For a longer run, ANSWER_FUZZ sets the number of answers. ANSWER_FUZZ_FIRST sets the first seed.</summary>
    [Fact]
    public async Task Damaged_answers_end_in_an_object_or_a_CohereShell_error()
    {
        int count = NumberIn("ANSWER_FUZZ") ?? 20_000;
        int first = NumberIn("ANSWER_FUZZ_FIRST") ?? 0;
        string file = Path.Combine(Path.GetTempPath(), $"cohereshell-fuzz-{Guid.NewGuid():N}.wav");
        await File.WriteAllBytesAsync(file, "RIFF0000WAVE"u8.ToArray());
        try
        {
            FuzzOperation[] operations = [.. FuzzOperation.All(file), .. Recorded()];
            await RunAsync(operations, first, count);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Answers_without_damage_are_read()
    {
        string file = Path.Combine(Path.GetTempPath(), $"cohereshell-fuzz-{Guid.NewGuid():N}.wav");
        await File.WriteAllBytesAsync(file, "RIFF0000WAVE"u8.ToArray());
        var handler = new AnsweringHandler { File = Avro.AvroFileTests.Data("embed-job-null.avro") };
        using CohereSession session = Open(handler);
        try
        {
            foreach (FuzzOperation operation in FuzzOperation.All(file))
            {
                handler.Answer = Encoding.UTF8.GetBytes(operation.Answer);
                handler.ContentType = operation.IsStream ? "text/event-stream" : "application/json";
                handler.Requests = 0;
                object? result = await operation.CallAsync(new CohereClient(session), CancellationToken.None);
                ObjectWalk.Touch(result);
                if (operation.List is not null)
                {
                    Assert.Equal(operation.IdsIn(handler.Answer), ((IEnumerable)result!).Cast<object>().Select(operation.IdOf));
                }
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int? NumberIn(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static CohereSession Open(AnsweringHandler handler) =>
        TestSession.Open(new CohereSessionOptions { BaseUri = new Uri("https://api.test"), ApiKey = TestSession.Key, Handler = handler, MaxRetryCount = 0 });

    /// <summary>The recordings, if this computer has them.</summary>
    private static IEnumerable<FuzzOperation> Recorded() =>
        RecordedExchange.Names.SelectMany(RecordedExchange.Load).Where(exchange => exchange.Status == 200 && exchange.Body.Length < 20_000).Select((exchange, index) =>
        {
            JsonNode json = exchange.IsStream ? StreamedJson.Join(exchange.Body) : JsonNode.Parse(exchange.Body)!;
            return new FuzzOperation(
                FormattableString.Invariant($"recording {index}, {exchange.Path}"),
                exchange.Body,
                (client, _) => Replay.ReadAsync(client, exchange, json, RequestOptions.Default, []))
            { IsStream = exchange.IsStream };
        });

    private async Task RunAsync(FuzzOperation[] operations, int first, int count)
    {
        var handler = new AnsweringHandler { File = Avro.AvroFileTests.Data("embed-job-null.avro") };
        using CohereSession session = Open(handler);
        var client = new CohereClient(session);
        var other = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var examples = new List<string>();
        int objects = 0;
        int refused = 0;
        var elapsed = Stopwatch.StartNew();
        for (int seed = first; seed < first + count; seed++)
        {
            var random = new Random(seed);
            // The operations first, as often as the recordings together.
            FuzzOperation operation = operations[random.Next(random.Next(2) == 0 ? Math.Min(42, operations.Length) : operations.Length)];
            handler.Answer = new AnswerMutator(random).Mutate(operation.Answer, operation.IsStream);
            handler.ContentType = random.Next(5) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : operation.IsStream ? "text/event-stream" : "application/json";
            handler.Status = random.Next(8) switch { 0 => 400, 1 => new[] { 422, 500, 201, 204, 404 }[random.Next(5)], _ => 200 };
            handler.Requests = 0;
            try
            {
                using var patience = new CancellationTokenSource(Hang.Limit);
                object? result = await Task.Run(() => operation.CallAsync(client, patience.Token)).WaitAsync(Hang.Limit);
                ObjectWalk.Touch(result);
                Compare(operation, handler, result);
                objects++;
            }
            catch (CohereException exception)
            {
                ObjectWalk.Touch(exception);
                _ = exception.RecommendedAction + exception.Message;
                ObjectWalk.Touch((exception as CohereStreamException)?.PartialResponse);
                refused++;
            }
            catch (Exception exception)
            {
                string kind = $"{operation.Name}: {exception.GetType().Name}";
                other[kind] = other.GetValueOrDefault(kind) + 1;
                if (examples.Count < 20)
                {
                    examples.Add(FormattableString.Invariant($"Seed {seed}, {operation.Name}: {exception}\n{Encoding.UTF8.GetString(handler.Answer)}"));
                }
            }
        }

        _output.WriteLine(FormattableString.Invariant($"{count} answers in {elapsed.Elapsed.TotalSeconds:0.0} s: {objects} objects, {refused} errors, {other.Values.Sum()} other exceptions."));
        foreach (KeyValuePair<string, int> kind in other)
        {
            _output.WriteLine(FormattableString.Invariant($"{kind.Value} × {kind.Key}"));
        }

        Assert.True(other.Count == 0, string.Join("\n\n", examples));
        // The test would be useless if nothing could be read, or everything.
        Assert.InRange(objects, count / 10, count);
        Assert.InRange(refused, count / 10, count);
    }

    private static void Compare(FuzzOperation operation, AnsweringHandler handler, object? result)
    {
        if (operation.List is null || operation.IdsIn(handler.Answer) is not { } ids)
        {
            return;
        }

        string[] read = [.. ((IEnumerable)result!).Cast<object>().Select(operation.IdOf).Where(id => id.Length > 0)];
        // A server can return the same page again, and a page is read at most twice.
        if (!ids.SequenceEqual(read) && !ids.Concat(ids).SequenceEqual(read) && !ids.Distinct().SequenceEqual(read))
        {
            throw new InvalidOperationException($"The answer has the records {string.Join(", ", ids)}, and the list has {string.Join(", ", read)}.");
        }
    }
}
