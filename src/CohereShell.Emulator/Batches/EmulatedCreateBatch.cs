namespace CohereShell.Emulation;

/// <summary>Starts a batch: <see href="https://docs.cohere.com/reference/create-batch"/>.</summary>
internal sealed class EmulatedCreateBatch(DatasetJobs<StoredBatch> batches) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        string name = root["name"].Text() is { } text && text.Trim().Length > 0 ? text : throw new EmulatorException(400, "invalid request: name is required");
        StoredDataset dataset = InputDataset.Read(batches.Datasets, root["input_dataset_id"], kind => kind.IsForBatches);
        EmulatedModel model = EmulatedModels.OfBatch(root["model"], dataset.Type == DatasetKinds.BatchEmbed ? "embed" : "chat");
        StoredBatch batch = batches.Add(sequence => new StoredBatch
        {
            Id = StableHash.Id(FormattableString.Invariant($"batch {sequence}")),
            Name = name,
            InputDatasetId = dataset.Id,
            Model = model.Name,
            Records = dataset.Parts.Sum(part => part.Rows),
        });
        return batch.ToAnswer();
    }
}
