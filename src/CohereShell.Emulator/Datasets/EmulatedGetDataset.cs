namespace CohereShell.Emulation;

/// <summary>Gets a dataset: <see href="https://docs.cohere.com/reference/get-dataset"/>.</summary>
internal sealed class EmulatedGetDataset(DatasetStore datasets) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) => EmulatorResponse.Json(
        new SentDatasetAnswer(datasets.Items.Get(request.PathValue()).ToSent(datasets.Downloads)), DatasetsJson.Default.SentDatasetAnswer);
}
