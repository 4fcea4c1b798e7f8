using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Describes embed jobs to a command that waits for them.</summary>
/// <param name="get">Requests the status of a job.</param>
internal sealed class EmbedJobKind(Func<string, CancellationToken, Task<EmbedJob>> get) : JobKind<EmbedJob>
{
    private readonly Func<string, CancellationToken, Task<EmbedJob>> _get = get;

    public override string Noun => "embed job";

    public override string IdOf(EmbedJob job) => job.JobId;

    public override Task<EmbedJob> GetAsync(string id, CancellationToken cancellationToken) => _get(id, cancellationToken);

    public override bool IsFinished(EmbedJob job) => job.Status is EmbedJobStatus.Complete or EmbedJobStatus.Cancelled or EmbedJobStatus.Failed;

    public override ErrorRecord? FailureOf(EmbedJob job) => job.Status switch
    {
        EmbedJobStatus.Failed => ErrorRecords.JobFailed($"The embed job '{job.JobId}' has failed{Reason(job)}", "Check the rows of its dataset, and start a new job with Start-CohereEmbedJob. The target object of this error is the job.", job),
        EmbedJobStatus.Cancelled => ErrorRecords.JobFailed($"The embed job '{job.JobId}' was cancelled{Reason(job)}", "Start a new job with Start-CohereEmbedJob. The target object of this error is the job.", job),
        _ => null,
    };

    // The API doesn't report the progress of an embed job.
    public override (string Text, int Percent) ProgressOf(EmbedJob job) => (job.Status.ToString(), -1);

    public override string WaitCommandFor(string id) => $"Wait-CohereEmbedJob -JobId {PowerShellText.Quote(id)}";

    private static string Reason(EmbedJob job) => job.Warnings.Count == 0 ? "." : $": {string.Join("; ", job.Warnings)}";
}
