using CohereShell.Completion;
using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Wait-CohereEmbedJob: waits until embed jobs have ended. See <see href="https://docs.cohere.com/reference/get-embed-job"/>.</summary>
[Cmdlet(VerbsLifecycle.Wait, "CohereEmbedJob", HelpUri = OnlineHelp.GetEmbedJob, DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(EmbedJob))]
public sealed class WaitCohereEmbedJobCommand : CohereWaitCommand<EmbedJob>
{
    private readonly Dictionary<string, EmbedJob> _given = new(StringComparer.Ordinal);

    /// <summary>Ids of the embed jobs.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(EmbedJob), nameof(EmbedJob.JobId))]
    [ArgumentCompleter(typeof(EmbedJobIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] JobId { get; set; } = [];

    private protected override IReadOnlyList<string> Ids => JobId;

    private protected override JobKind<EmbedJob> CreateKind() => new Kind(this);

    private protected override void Add(EmbedJob job)
    {
        _given[job.JobId] = job;
        base.Add(job);
    }

    private async Task<EmbedJob> GetAsync(string id, CancellationToken cancellationToken)
    {
        EmbedJob job = await Client.EmbedJobs.GetAsync(id, PollOptions, cancellationToken).ConfigureAwait(false);
        if (_given.TryGetValue(id, out EmbedJob? given))
        {
            // The API doesn't return these values, so they are copied from the job that was passed in.
            job.InputType = given.InputType;
            job.EmbeddingTypes = given.EmbeddingTypes;
        }

        return job;
    }

    private sealed class Kind(WaitCohereEmbedJobCommand command) : JobKind<EmbedJob>
    {
        private readonly WaitCohereEmbedJobCommand _command = command;

        public override string Noun => "embed job";

        public override string IdOf(EmbedJob job) => job.JobId;

        public override Task<EmbedJob> GetAsync(string id, CancellationToken cancellationToken) => _command.GetAsync(id, cancellationToken);

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
}
