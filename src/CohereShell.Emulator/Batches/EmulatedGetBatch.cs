namespace CohereShell.Emulation;

/// <summary>One batch: <see href="https://docs.cohere.com/reference/get-batch"/>.</summary>
internal sealed class EmulatedGetBatch(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.GetBatch;

    /// <exception cref="EmulatorException">404: there is none.</exception>
    internal static EmulatorException NotFound(string id) => new(404, $"batch with id {id} not found");

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredBatch batch = store.Batches.Find(id) ?? throw NotFound(id);
        return EmulatorResponse.Json(200, batch.WriteAsBatch);
    }
}
