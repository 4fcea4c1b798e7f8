namespace CohereShell.Emulation;

/// <summary>Gets an embed job: <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
internal sealed class EmulatedGetEmbedJob(DatasetJobs<StoredEmbedJob> jobs) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) =>
        EmulatorResponse.Json(jobs.Items.Get(request.PathValue()).ToSent(), EmbedJobsJson.Default.SentEmbedJob);
}
