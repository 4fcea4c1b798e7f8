namespace CohereShell.Emulation;

/// <summary>Lists embed jobs, newest first: <see href="https://docs.cohere.com/reference/list-embed-jobs"/>.</summary>
internal sealed class EmulatedListEmbedJobs(DatasetJobs<StoredEmbedJob> jobs) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) => EmulatorResponse.Json(
        new SentEmbedJobList(jobs.Items.All().Reverse().Select(job => job.ToSent()).ToArray()), EmbedJobsJson.Default.SentEmbedJobList);
}
