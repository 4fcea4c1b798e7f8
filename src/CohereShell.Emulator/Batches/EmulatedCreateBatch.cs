using System;
using System.Linq;
using System.Text.Json;

namespace CohereShell.Emulation;

/// <summary>Starts a batch: <see href="https://docs.cohere.com/reference/create-batch"/>.</summary>
internal sealed class EmulatedCreateBatch(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.CreateBatch;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        string name = root["name"].Text() is { } text && text.Trim().Length > 0 ? text : throw new EmulatorException(400, "invalid request: name is required");
        StoredDataset dataset = InputDataset.Read(store, root["input_dataset_id"], kind => kind.IsForBatches);
        EmulatedModel model = EmulatedModels.Named(root["model"], dataset.Type == DatasetKinds.BatchEmbed ? "embed" : "chat");
        StoredBatch batch = store.Batches.Add(sequence => new StoredBatch
        {
            Id = StableHash.Id(FormattableString.Invariant($"batch {sequence}")),
            Name = name,
            InputDatasetId = dataset.Id,
            Model = model.Name,
            Records = dataset.Parts.Sum(part => part.Rows),
        });
        BatchRun.Start(store, batch.Id);
        return EmulatorResponse.Json(200, batch.WriteAsBatch);
    }
}
