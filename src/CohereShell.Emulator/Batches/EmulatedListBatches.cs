namespace CohereShell.Emulation;

/// <summary>Lists batches in pages: <see href="https://docs.cohere.com/reference/list-batches"/>.</summary>
internal sealed class EmulatedListBatches(DatasetJobs<StoredBatch> batches) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        IReadOnlyList<StoredBatch> all = batches.Items.Ordered(request, "created_at", "updated_at");
        (IReadOnlyList<StoredBatch> page, string? next) = PageToken.Page(request, "batches", all);
        return EmulatorResponse.Json(new SentBatchPage(page.Select(batch => batch.ToSent()).ToArray(), next), BatchesJson.Default.SentBatchPage);
    }
}
