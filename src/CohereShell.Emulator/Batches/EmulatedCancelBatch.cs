namespace CohereShell.Emulation;

/// <summary>Cancels a batch: <see href="https://docs.cohere.com/reference/cancel-batch"/>.</summary>
internal sealed class EmulatedCancelBatch(DatasetJobs<StoredBatch> batches) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredBatch batch = batches.Items.Change(id, batch => batch.IsSettled ? batch : batch with { Status = StoredBatch.Canceling });
        if (batch.Status is StoredBatch.Completed or StoredBatch.Failed)
        {
            throw new EmulatorException(400, $"invalid request: batch {id} has the status {batch.Status} and cannot be canceled");
        }

        batches.Cancel(id);
        return EmulatorResponse.Empty();
    }
}
