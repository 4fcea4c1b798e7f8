namespace CohereShell.Emulation;

/// <summary>Cancels a batch: <see href="https://docs.cohere.com/reference/cancel-batch"/>.</summary>
internal sealed class EmulatedCancelBatch(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.CancelBatch;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredBatch batch = store.Batches.Update(id, batch => batch.IsSettled ? batch : batch with { Status = StoredBatch.Canceling })
            ?? throw EmulatedGetBatch.NotFound(id);
        if (batch.Status is StoredBatch.Completed or StoredBatch.Failed)
        {
            throw new EmulatorException(400, $"invalid request: batch {id} has the status {batch.Status} and cannot be canceled");
        }

        store.Cancel(id);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        });
    }
}
