namespace CohereShell.Emulation;

/// <summary>One embed job: <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
internal sealed class EmulatedGetEmbedJob(DatasetJobs<StoredEmbedJob> jobs) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredEmbedJob job = jobs.Items.Get(id);
        return EmulatorResponse.Json(200, job.Write);
    }
}
