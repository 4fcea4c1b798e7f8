namespace CohereShell.Emulation;

/// <summary>Gets a batch: <see href="https://docs.cohere.com/reference/get-batch"/>.</summary>
internal sealed class EmulatedGetBatch(DatasetJobs<StoredBatch> batches) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) => batches.Items.Get(request.PathValue()).ToAnswer();
}
