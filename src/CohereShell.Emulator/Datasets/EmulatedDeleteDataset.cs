namespace CohereShell.Emulation;

/// <summary>Deletes a dataset: <see href="https://docs.cohere.com/reference/delete-dataset"/>.</summary>
internal sealed class EmulatedDeleteDataset(DatasetStore datasets) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredDataset dataset = datasets.Items.Remove(id);
        datasets.Store.Cancel(id);
        datasets.Delete(dataset.Files);
        return EmulatorResponse.Empty();
    }
}
