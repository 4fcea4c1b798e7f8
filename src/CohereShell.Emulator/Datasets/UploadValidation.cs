namespace CohereShell.Emulation;

/// <summary>Validates an upload after the response to it. Finds errors, or writes the files of the dataset.</summary>
internal sealed class UploadValidation
{
    private const int MaxMessages = 10;
    private readonly DatasetStore _datasets;
    private readonly StoredDataset _dataset;
    private readonly DatasetReader _reader;
    private readonly List<string> _messages = [];
    private AvroSchema _type = AvroSchema.Of(AvroKind.Null);
    private int _malformed;

    private UploadValidation(DatasetStore datasets, StoredDataset dataset)
    {
        _datasets = datasets;
        _dataset = dataset;
        _reader = new DatasetReader(datasets.Files, dataset);
    }

    internal static void Start(DatasetStore datasets, string id) => datasets.Store.Run(id, cancellationToken => RunAsync(datasets, id, cancellationToken));

    private static async Task RunAsync(DatasetStore datasets, string id, CancellationToken cancellationToken)
    {
        var clock = new JobClock(datasets.ValidationDuration, datasets.Store.Clock);
        await clock.UntilAsync(0.25, cancellationToken).ConfigureAwait(false);
        if (datasets.Items.Update(id, dataset => dataset with { Status = StoredDataset.Processing }) is not { } dataset)
        {
            return;
        }

        StoredDataset done;
        try
        {
            done = new UploadValidation(datasets, dataset).Validate(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A defect of the emulator is reported as an error. Otherwise, the dataset would stay in validation
            // indefinitely.
            done = dataset with { Status = StoredDataset.Failed, Error = $"the emulator failed: {error.GetType().Name}: {error.Message}" };
        }

        await datasets.HoldAsync(done.Parts, () => clock.UntilAsync(1, cancellationToken)).ConfigureAwait(false);
        if (datasets.Items.Update(id, _ => done) is null)
        {
            datasets.Delete(done.Files);
        }
    }

    private StoredDataset Validate(CancellationToken cancellationToken)
    {
        // The schema is at the start of each file, so all rows are read once before the first one is written.
        DatasetCounts counts = new DatasetCounts
        {
            TrainExamples = Count(_dataset.Data!, cancellationToken),
            TrainBytes = _dataset.Data!.Length,
            EvalExamples = _dataset.EvalData is { } eval ? Count(eval, cancellationToken) : 0,
            EvalBytes = _dataset.EvalData?.Length ?? 0,
        };
        if (_malformed > MaxMessages)
        {
            _messages.Add(FormattableString.Invariant($"and {_malformed - MaxMessages} more"));
        }

        if (_malformed > 0 && !_dataset.SkipsMalformed)
        {
            return Fail("the dataset has malformed rows: " + string.Join("; ", _messages));
        }

        if (counts.TrainExamples == 0)
        {
            return Fail(_malformed > 0 ? "no row is left: " + string.Join("; ", _messages) : "the file has no rows");
        }

        List<StoredPart> parts = WriteParts(_dataset.Data, _dataset.Id, cancellationToken);
        if (_dataset.EvalData is not null)
        {
            parts.AddRange(WriteParts(_dataset.EvalData, _dataset.Id + "-eval", cancellationToken).Select(part => part with { IsEval = true }));
        }

        return _dataset with
        {
            Status = StoredDataset.Validated,
            Warnings = _messages,
            Schema = _type.ToJson(),
            Parts = parts,
            Counts = DatasetKinds.Find(_dataset.Type)!.IsForTraining ? counts : null,
        };
    }

    private StoredDataset Fail(string error) => _dataset with { Status = StoredDataset.Failed, Error = error };

    private int Count(StoredUpload upload, CancellationToken cancellationToken)
    {
        int count = 0;
        foreach (DatasetRow row in _reader.Read(upload))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (row.Error is null)
            {
                count++;
                _type = _type.Merge(_reader.TypeOf(row.Value));
            }
            else if (++_malformed <= MaxMessages)
            {
                string file = _dataset.EvalData is null ? string.Empty : upload.FileName + ", ";
                _messages.Add(FormattableString.Invariant($"{file}line {row.Line}: {row.Error}"));
            }
        }

        return count;
    }

    private List<StoredPart> WriteParts(StoredUpload upload, string name, CancellationToken cancellationToken) =>
        PartsWriter.Write(_datasets.Files, name, _type, AvroCompression.Deflate, _reader.ReadValid(upload), wantsSamples: true, cancellationToken);
}
