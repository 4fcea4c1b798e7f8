namespace CohereShell.Emulation;

/// <summary>Deletes a dataset: <see href="https://docs.cohere.com/reference/delete-dataset"/>.</summary>
internal sealed class EmulatedDeleteDataset(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.DeleteDataset;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredDataset dataset = store.Datasets.Remove(id) ?? throw EmulatedGetDataset.NotFound(id);
        store.Cancel(id);
        DatasetFiles.Delete(store, dataset.Files);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        });
    }
}
