namespace CohereShell.Emulation;

/// <summary>Cancels an embed job: <see href="https://docs.cohere.com/reference/cancel-embed-job"/>.</summary>
internal sealed class EmulatedCancelEmbedJob(DatasetJobs<StoredEmbedJob> jobs) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredEmbedJob job = jobs.Items.Change(id, job => job.Status == StoredEmbedJob.Processing ? job with { Status = StoredEmbedJob.Cancelling } : job);
        if (job.Status is StoredEmbedJob.Complete or StoredEmbedJob.Failed)
        {
            throw new EmulatorException(400, $"invalid request: embed job {id} is {job.Status} and cannot be cancelled");
        }

        jobs.Cancel(id);

        // The API description doesn't specify a body here.
        return EmulatorResponse.Empty();
    }
}
