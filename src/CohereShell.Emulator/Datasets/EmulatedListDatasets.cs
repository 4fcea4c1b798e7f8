namespace CohereShell.Emulation;

/// <summary>Lists datasets, newest first: <see href="https://docs.cohere.com/reference/list-datasets"/>.</summary>
internal sealed class EmulatedListDatasets(DatasetStore datasets) : EmulatedOperation
{
    private static readonly string[] Statuses = ["unknown", StoredDataset.Queued, StoredDataset.Processing, StoredDataset.Failed, StoredDataset.Validated, "skipped"];

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string? type = request.Query("datasetType");
        string? status = request.Query("validationStatus");
        if (!string.IsNullOrEmpty(status) && !Statuses.Contains(status, StringComparer.Ordinal))
        {
            throw new EmulatorException(400, $"invalid request: validationStatus must be one of {string.Join(", ", Statuses)} - received '{status}'.");
        }

        DateTime before = QueryValue.Time(request, "before") ?? DateTime.MaxValue;
        DateTime after = QueryValue.Time(request, "after") ?? DateTime.MinValue;
        int limit = QueryValue.Number(request, "limit") ?? int.MaxValue;
        int offset = QueryValue.Number(request, "offset") ?? 0;
        IEnumerable<StoredDataset> found = datasets.Items.All().Reverse()
            .Where(dataset => string.IsNullOrEmpty(type) || dataset.Type == type)
            .Where(dataset => string.IsNullOrEmpty(status) || dataset.Status == status)
            .Where(dataset => dataset.CreatedAt < before && dataset.CreatedAt > after)
            .Skip(offset)
            .Take(limit);
        return EmulatorResponse.Json(
            new SentDatasetList(found.Select(dataset => dataset.ToSent(datasets.Downloads)).ToArray()), DatasetsJson.Default.SentDatasetList);
    }
}
