using CohereShell.Completion;
using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Wait-CohereBatch: waits until batches have ended. See <see href="https://docs.cohere.com/reference/get-batch"/>.</summary>
[Cmdlet(VerbsLifecycle.Wait, "CohereBatch", HelpUri = OnlineHelp.GetBatch, DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(Batch))]
public sealed class WaitCohereBatchCommand : CohereWaitCommand<Batch>
{
    /// <summary>Ids of the batches.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Batch), nameof(Batch.BatchId))]
    [ArgumentCompleter(typeof(BatchIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] BatchId { get; set; } = [];

    private protected override IReadOnlyList<string> Ids => BatchId;

    private protected override JobKind<Batch> CreateKind() => new Kind(this);

    private sealed class Kind(WaitCohereBatchCommand command) : JobKind<Batch>
    {
        private readonly WaitCohereBatchCommand _command = command;

        public override string Noun => "batch";

        public override string Plural => "batches";

        public override string IdOf(Batch job) => job.BatchId;

        public override Task<Batch> GetAsync(string id, CancellationToken cancellationToken) => _command.Client.Batches.GetAsync(id, _command.PollOptions, cancellationToken);

        public override bool IsFinished(Batch job) => job.Status is BatchStatus.Completed or BatchStatus.Failed or BatchStatus.Canceled;

        public override ErrorRecord? FailureOf(Batch job) => job.Status switch
        {
            BatchStatus.Failed => ErrorRecords.JobFailed($"The batch '{job.BatchId}' has failed{Reason(job)}", "Check the rows of its dataset, and start a new batch with Start-CohereBatch. The target object of this error is the batch.", job),
            BatchStatus.Canceled => ErrorRecords.JobFailed($"The batch '{job.BatchId}' was cancelled{Reason(job)}", "Start a new batch with Start-CohereBatch. The target object of this error is the batch.", job),
            _ => null,
        };

        public override (string Text, int Percent) ProgressOf(Batch job)
        {
            if (job.RecordCount is not > 0)
            {
                return (job.Status.ToString(), -1);
            }

            long failed = job.FailedRecordCount ?? 0;
            long done = (job.SuccessfulRecordCount ?? 0) + failed;
            string text = FormattableString.Invariant($"{job.Status}, {done} of {job.RecordCount} requests{(failed > 0 ? FormattableString.Invariant($", {failed} failed") : string.Empty)}");
            return (text, (int)Math.Min(100, done * 100 / job.RecordCount.Value));
        }

        public override string WaitCommandFor(string id) => $"Wait-CohereBatch -BatchId {PowerShellText.Quote(id)}";

        private static string Reason(Batch job) => string.IsNullOrWhiteSpace(job.StatusReason) ? "." : $": {job.StatusReason}";
    }
}
