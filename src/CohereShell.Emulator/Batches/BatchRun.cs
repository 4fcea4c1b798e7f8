namespace CohereShell.Emulation;

/// <summary>Runs a batch: answers each row as the endpoint does. If a row is refused, only that row fails.</summary>
internal sealed class BatchRun
{
    private const double QueuedShare = 0.25;

    // The results that are in memory at the same time.
    private const int ShuffledRows = 64;
    private static readonly Dictionary<string, string> NoHeaders = [];
    private readonly DatasetJobs<StoredBatch> _batches;
    private readonly StoredBatch _batch;
    private readonly StoredDataset _input;
    private readonly Operation _operation;
    private readonly EmulatedOperation _endpoint;
    private readonly CancellationToken _cancellationToken;
    private AvroSchema _type = AvroSchema.Of(AvroKind.Null);

    private BatchRun(DatasetJobs<StoredBatch> batches, StoredBatch batch, StoredDataset input, CancellationToken cancellationToken)
    {
        _batches = batches;
        _batch = batch;
        _input = input;
        (_operation, _endpoint) = input.Type == DatasetKinds.BatchEmbed
            ? (Operations.Embed, (EmulatedOperation)new EmulatedEmbed())
            : (Operations.Chat, new EmulatedChat());
        _cancellationToken = cancellationToken;
    }

    internal static void Start(DatasetJobs<StoredBatch> batches, string id) => batches.Run(
        id,
        cancellationToken => RunAsync(batches, id, cancellationToken),
        batch => batch with { Status = StoredBatch.Canceled, StatusReason = "canceled on request" });

    private static async Task RunAsync(DatasetJobs<StoredBatch> batches, string id, CancellationToken cancellationToken)
    {
        JobClock clock = batches.StartClock();
        StoredBatch batch = batches.Items.Find(id)!;
        if (batch.Status == StoredBatch.Canceling)
        {
            // The next emulator continues the batch.
            throw new OperationCanceledException();
        }

        await clock.UntilAsync(QueuedShare, cancellationToken).ConfigureAwait(false);
        batches.Items.Update(id, batch => batch.Status == StoredBatch.Queued ? batch with { Status = StoredBatch.InProgress } : batch);
        (var done, string? failure) = batches.Try(
            batch.InputDatasetId,
            batch.IsToFail ? "the batch failed as its name asked" : null,
            input => new BatchRun(batches, batch, input, cancellationToken).AnswerAll());
        if (done is not var (finished, parts, type))
        {
            await clock.UntilAsync(1, cancellationToken).ConfigureAwait(false);
            batches.Items.Update(id, batch => batch with { Status = StoredBatch.Failed, StatusReason = failure });
            return;
        }

        await batches.Datasets.HoldAsync(parts, () => CountAsync(batches, finished, clock, cancellationToken)).ConfigureAwait(false);
        string kind = batches.Datasets.Items.Find(batch.InputDatasetId)?.Type ?? DatasetKinds.BatchEmbed;
        StoredDataset output = OutputDataset.Add(batches.Datasets, batch.Name, kind.Replace("-input", "-output"), type, parts);
        batches.Items.Update(id, _ => finished with { Status = StoredBatch.Completed, OutputDatasetId = output.Id });
    }

    // The rows are answered long before the time is over, so the counts that clients see grow with the time.
    private static async Task CountAsync(DatasetJobs<StoredBatch> batches, StoredBatch finished, JobClock clock, CancellationToken cancellationToken)
    {
        const int Steps = 10;
        for (int step = 1; step < Steps; step++)
        {
            double share = (double)step / Steps;
            await clock.UntilAsync(QueuedShare + ((1 - QueuedShare) * share), cancellationToken).ConfigureAwait(false);
            batches.Items.Update(finished.Id, batch => batch with
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

    private (StoredBatch Batch, List<StoredPart> Parts, AvroSchema Type) AnswerAll()
    {
        // The schema is known only after the last answer, but it comes first in the file. So the answers are kept in a
        // file until then.
        string waiting = _batches.Datasets.Files.NewName(".rows");
        try
        {
            StoredBatch batch = AnswerInto(waiting);
            var slice = new StoredUpload { FileName = "rows.jsonl", File = waiting, Length = new FileInfo(_batches.Datasets.Files.PathOf(waiting)).Length };
            using var reader = new StreamReader(slice.Open(_batches.Datasets.Files));
            List<StoredPart> parts = PartsWriter.Write(
                _batches.Datasets.Files,
                "batch-" + batch.Id,
                _type,
                AvroCompression.Null,
                Shuffled(JsonLines.Read(reader).Select(row => row.Value)),
                wantsSamples: false,
                _cancellationToken);
            return (batch, parts, _type);
        }
        finally
        {
            _batches.Datasets.Delete([waiting]);
        }
    }

    // As at the service, the order of the results isn't the order of the requests. It's the same every time.
    private IEnumerable<JsonElement> Shuffled(IEnumerable<JsonElement> rows)
    {
        ulong seed = StableHash.Of(_batch.Id);
        var waiting = new List<JsonElement>();
        ulong index = 0;
        foreach (JsonElement row in rows)
        {
            waiting.Add(row);
            if (waiting.Count == ShuffledRows)
            {
                yield return Take(waiting, StableHash.Of(seed, index++));
            }
        }

        while (waiting.Count > 0)
        {
            yield return Take(waiting, StableHash.Of(seed, index++));
        }
    }

    // Never the first of several rows, so that even two results are in another order.
    private static JsonElement Take(List<JsonElement> waiting, ulong choice)
    {
        int place = waiting.Count == 1 ? 0 : 1 + (int)(choice % (ulong)(waiting.Count - 1));
        JsonElement row = waiting[place];
        waiting.RemoveAt(place);
        return row;
    }

    private StoredBatch AnswerInto(string file)
    {
        StoredBatch batch = _batch with { Records = 0, Successes = 0, Failures = 0 };
        using var output = new FileStream(_batches.Datasets.Files.PathOf(file), FileMode.Create, FileAccess.Write, FileShare.Read);
        foreach (JsonElement row in new DatasetReader(_batches.Datasets.Files, _input).ReadValid(_input.Data!))
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
                _type = _type.Merge(AvroSchema.Of(written.RootElement));
            }
        }

        return batch;
    }

    private (JsonDocument? Answer, string Error) AnswerRow(JsonElement body)
    {
        try
        {
            EmulatorResponse response = _endpoint.Answer(
                new EmulatorRequest(_operation.Method, _operation.Path, NoHeaders, BatchRowBody.Body(body, EmulatedModels.OnlineModelOf(_batch.Model))));
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
