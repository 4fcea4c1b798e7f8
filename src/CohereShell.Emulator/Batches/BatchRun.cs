using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Emulation;

/// <summary>The work of a batch: each row is answered as the endpoint answers it, and one that it refuses fails alone.</summary>
internal sealed class BatchRun
{
    private const double QueuedShare = 0.25;
    private static readonly Dictionary<string, string> NoHeaders = [];
    private readonly EmulatorStore _store;
    private readonly StoredBatch _batch;
    private readonly StoredDataset _input;
    private readonly EmulatedOperation _endpoint;
    private readonly CancellationToken _cancellationToken;
    private AvroType _type = AvroType.Of(AvroKind.Null);

    private BatchRun(EmulatorStore store, StoredBatch batch, StoredDataset input, CancellationToken cancellationToken)
    {
        _store = store;
        _batch = batch;
        _input = input;
        _endpoint = input.Type == DatasetKinds.BatchEmbed ? new EmulatedEmbed() : new EmulatedChat();
        _cancellationToken = cancellationToken;
    }

    internal static void Start(EmulatorStore store, string id) => JobRun.Start(
        store,
        id,
        cancellationToken => RunAsync(store, id, cancellationToken),
        () => store.Batches.Update(id, batch => batch with { Status = StoredBatch.Canceled, StatusReason = "canceled on request" }));

    private static async Task RunAsync(EmulatorStore store, string id, CancellationToken cancellationToken)
    {
        var clock = new JobClock(store.JobDuration);
        StoredBatch batch = store.Batches.Find(id)!;
        if (batch.Status == StoredBatch.Canceling)
        {
            // Taken up again after the emulator had stopped.
            throw new OperationCanceledException();
        }

        await clock.UntilAsync(QueuedShare, cancellationToken).ConfigureAwait(false);
        store.Batches.Update(id, batch => batch.Status == StoredBatch.Queued ? batch with { Status = StoredBatch.InProgress } : batch);
        (var done, string? failure) = JobRun.Try(
            store,
            batch.InputDatasetId,
            JobRun.IsToFail(batch.Name) ? "the batch failed as its name asked" : null,
            input => new BatchRun(store, batch, input, cancellationToken).AnswerAll());
        if (done is not var (finished, parts, type))
        {
            await clock.UntilAsync(1, cancellationToken).ConfigureAwait(false);
            store.Batches.Update(id, batch => batch with { Status = StoredBatch.Failed, StatusReason = failure });
            return;
        }

        await DatasetFiles.HoldAsync(store, parts, () => CountAsync(store, finished, clock, cancellationToken)).ConfigureAwait(false);
        string kind = store.Datasets.Find(batch.InputDatasetId)?.Type ?? DatasetKinds.BatchEmbed;
        StoredDataset output = OutputDataset.Add(store, batch.Name, kind, type, parts);
        store.Batches.Update(id, _ => finished with { Status = StoredBatch.Completed, OutputDatasetId = output.Id });
    }

    // The rows are answered long before the time is over: what a client sees of them grows with the time.
    private static async Task CountAsync(EmulatorStore store, StoredBatch finished, JobClock clock, CancellationToken cancellationToken)
    {
        const int Steps = 10;
        for (int step = 1; step < Steps; step++)
        {
            double share = (double)step / Steps;
            await clock.UntilAsync(QueuedShare + ((1 - QueuedShare) * share), cancellationToken).ConfigureAwait(false);
            store.Batches.Update(finished.Id, batch => batch with
            {
                Successes = (int)(finished.Successes * share),
                Failures = (int)(finished.Failures * share),
            });
        }

        await clock.UntilAsync(1, cancellationToken).ConfigureAwait(false);
    }

    private static long Billed(JsonElement answer, string unit)
    {
        foreach (string place in new[] { "usage", "meta" })
        {
            if (answer.TryGetProperty(place, out JsonElement usage)
                && usage.TryGetProperty("billed_units", out JsonElement units) && units.TryGetProperty(unit, out JsonElement count))
            {
                return (long)count.GetDouble();
            }
        }

        return 0;
    }

    private (StoredBatch Batch, List<StoredPart> Parts, AvroType Type) AnswerAll()
    {
        // The answers wait in a file: their type is known when the last one is there, and it stands before the first.
        string waiting = _store.Files.NewName(".rows");
        try
        {
            StoredBatch batch = AnswerInto(waiting);
            var slice = new StoredUpload { FileName = "rows.jsonl", File = waiting, Length = new FileInfo(_store.Files.PathOf(waiting)).Length };
            using var reader = new StreamReader(slice.Open(_store.Files));
            List<StoredPart> parts = PartsWriter.Write(
                _store.Files,
                "batch-" + batch.Id,
                _type,
                AvroCodec.Snappy,
                JsonLines.Read(reader).Select(row => row.Value),
                wantsSamples: false,
                _cancellationToken);
            return (batch, parts, _type);
        }
        finally
        {
            DatasetFiles.Delete(_store, [waiting]);
        }
    }

    private StoredBatch AnswerInto(string file)
    {
        StoredBatch batch = _batch with { Records = 0, Successes = 0, Failures = 0 };
        using var output = new FileStream(_store.Files.PathOf(file), FileMode.Create, FileAccess.Write, FileShare.Read);
        foreach (JsonElement row in new DatasetReader(_store.Files, _input).ReadValid(_input.Data!))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            (JsonDocument? answer, string error) = AnswerRow(row.GetProperty("body"));
            using (answer)
            {
                batch = batch with
                {
                    Records = batch.Records + 1,
                    Successes = batch.Successes + (answer is null ? 0 : 1),
                    Failures = batch.Failures + (answer is null ? 1 : 0),
                    InputTokens = batch.InputTokens + (answer is null ? 0 : Billed(answer.RootElement, "input_tokens")),
                    OutputTokens = batch.OutputTokens + (answer is null ? 0 : Billed(answer.RootElement, "output_tokens")),
                };
                byte[] line = Row(row.GetProperty("custom_id").GetString()!, answer, error);
                output.Write(line, 0, line.Length);
                output.WriteByte((byte)'\n');
                using JsonDocument written = JsonDocument.Parse(line);
                _type = _type.Merge(AvroType.Of(written.RootElement));
            }
        }

        return batch;
    }

    private (JsonDocument? Answer, string Error) AnswerRow(JsonElement body)
    {
        try
        {
            Operation operation = _endpoint.Operation;
            EmulatorResponse response = _endpoint.Answer(
                new EmulatorRequest(operation.Method, operation.Path, NoHeaders, BatchRequest.Body(body, _batch.Model)));
            return (JsonDocument.Parse(response.Body), string.Empty);
        }
        catch (EmulatorException error)
        {
            return (null, error.Message);
        }
    }

    private static byte[] Row(string id, JsonDocument? answer, string error) => EmulatorJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("custom_id", id);
        writer.WritePropertyName("body");
        if (answer is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            answer.RootElement.WriteTo(writer);
        }

        writer.WriteString("error", error);
        writer.WriteEndObject();
    });
}
