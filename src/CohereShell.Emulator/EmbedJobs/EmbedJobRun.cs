namespace CohereShell.Emulation;

/// <summary>
/// Runs an embed job: writes a dataset with the texts of the input and their embeddings, in the order of the input.
/// </summary>
internal sealed class EmbedJobRun
{
    private static readonly string[] AllTypes = ["float", "int8", "uint8", "binary", "ubinary"];
    private readonly DatasetJobs<StoredEmbedJob> _jobs;
    private readonly StoredEmbedJob _job;
    private readonly StoredDataset _input;
    private readonly DatasetReader _reader;
    private readonly CancellationToken _cancellationToken;
    private readonly TextLimit _limit;
    private readonly Embedder _embedder;
    private long _tokens;

    private EmbedJobRun(DatasetJobs<StoredEmbedJob> jobs, StoredEmbedJob job, StoredDataset input, CancellationToken cancellationToken)
    {
        _jobs = jobs;
        _job = job;
        _input = input;
        _cancellationToken = cancellationToken;
        _reader = new DatasetReader(jobs.Datasets.Files, input);
        EmulatedModel model = EmulatedModels.Get(job.Model);
        _limit = new TextLimit(model.ContextLength, job.Truncate);
        _embedder = new Embedder(model.Name, EmbedCallReader.DimensionOf(model));
    }

    internal static void Start(DatasetJobs<StoredEmbedJob> jobs, string id) => jobs.Run(
        id,
        cancellationToken => RunAsync(jobs, id, cancellationToken),
        job => job with { Status = StoredEmbedJob.Cancelled });

    private static async Task RunAsync(DatasetJobs<StoredEmbedJob> jobs, string id, CancellationToken cancellationToken)
    {
        JobClock clock = jobs.StartClock();
        StoredEmbedJob job = jobs.Items.Find(id)!;
        if (job.Status == StoredEmbedJob.Cancelling)
        {
            // The next emulator continues the job.
            throw new OperationCanceledException();
        }

        (var done, string? failure) = jobs.Try(
            job.InputDatasetId,
            job.IsToFail ? "the job failed as its name asked" : null,
            input => new EmbedJobRun(jobs, job, input, cancellationToken).Embed());
        if (done is not var (finished, parts, type))
        {
            await clock.UntilAsync(1, cancellationToken).ConfigureAwait(false);
            jobs.Items.Update(id, job => job with { Status = StoredEmbedJob.Failed, Warning = failure });
            return;
        }

        await jobs.Datasets.HoldAsync(parts, () => clock.UntilAsync(1, cancellationToken)).ConfigureAwait(false);
        string name = job.Name.Length > 0 ? job.Name : "embed-job";
        StoredDataset output = OutputDataset.Add(jobs.Datasets, name, DatasetKinds.EmbedResult, type, parts);
        jobs.Items.Update(id, job => job with { Status = StoredEmbedJob.Complete, InputTokens = finished.InputTokens, OutputDatasetId = output.Id });
    }

    private (StoredEmbedJob Job, List<StoredPart> Parts, AvroSchema Type) Embed()
    {
        AvroSchema input = _reader.ReadValid(_input.Data!).Select(_reader.TypeOf).Aggregate((all, one) => all.Merge(one));
        AvroSchema type = input.WithField("embeddings", AvroSchema.Record(AllTypes.Select(name =>
            new KeyValuePair<string, AvroSchema>(name, AvroSchema.List(AvroSchema.Of(name == "float" ? AvroKind.Float : AvroKind.Int)).OrNull()))));
        List<StoredPart> parts = PartsWriter.Write(
            _jobs.Datasets.Files, "embed-job-" + _job.Id, type, AvroCompression.Null, _reader.ReadValid(_input.Data!).Select(EmbedRow), wantsSamples: false, _cancellationToken);
        return (_job with { InputTokens = _tokens }, parts, type);
    }

    private JsonElement EmbedRow(JsonElement row, int index)
    {
        string text = row.GetProperty("text").GetString()!;
        RefusalHook.Check(text, index);
        string cut = _limit.Cut(text, index, out int tokens);
        _tokens += tokens;
        EmbeddingVector vector = _embedder.Embed(cut);
        byte[] json = EmulatorJson.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (string field in _reader.Fields)
            {
                if (row.TryGetProperty(field, out JsonElement value))
                {
                    writer.WritePropertyName(field);
                    value.WriteTo(writer);
                }
            }

            writer.WriteStartObject("embeddings");
            var embeddings = new EmbeddingWriter(writer);
            foreach (string type in _job.Types)
            {
                writer.WritePropertyName(type);
                embeddings.Write(type, vector);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
