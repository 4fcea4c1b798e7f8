namespace CohereShell.Emulation;

/// <summary>Cancels an embed job: <see href="https://docs.cohere.com/reference/cancel-embed-job"/>.</summary>
internal sealed class EmulatedCancelEmbedJob(DatasetJobs<StoredEmbedJob> jobs) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();

        // Canceling a job that has ended succeeds and changes nothing. Cohere's SDKs test that.
        jobs.Items.Change(id, job => job.Status == StoredEmbedJob.Processing ? job with { Status = StoredEmbedJob.Cancelling } : job);
        jobs.Cancel(id);

        // The API description doesn't specify a body here.
        return EmulatorResponse.Empty();
    }
}
