namespace CohereShell.Emulation;

/// <summary>Gets the space that datasets use: <see href="https://docs.cohere.com/reference/get-dataset-usage"/>.</summary>
internal sealed class EmulatedDatasetUsage(DatasetStore datasets) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) => EmulatorResponse.Json(
        new SentDatasetUsage(datasets.Items.All().Sum(dataset => dataset.Bytes)), DatasetsJson.Default.SentDatasetUsage);
}
