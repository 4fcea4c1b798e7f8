namespace CohereShell.Emulation;

/// <summary>One embed job: <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
internal sealed class EmulatedGetEmbedJob(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.GetEmbedJob;

    /// <exception cref="EmulatorException">404: there is none.</exception>
    internal static EmulatorException NotFound(string id) => new(404, $"embed job with id {id} not found");

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredEmbedJob job = store.EmbedJobs.Find(id) ?? throw NotFound(id);
        return EmulatorResponse.Json(200, job.Write);
    }
}
