using CohereShell.Completion;
using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Wait-CohereFineTunedModel: waits until fine-tuned models are trained. See <see
/// href="https://docs.cohere.com/reference/getfinetunedmodel"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Wait, "CohereFineTunedModel", HelpUri = OnlineHelp.GetFineTunedModel, DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(FineTunedModel))]
public sealed class WaitCohereFineTunedModelCommand : CohereWaitCommand<FineTunedModel>
{
    /// <summary>Ids of the models.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(FineTunedModel), nameof(FineTunedModel.ModelId))]
    [ArgumentCompleter(typeof(FineTunedModelIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ModelId { get; set; } = [];

    private protected override IReadOnlyList<string> Ids => ModelId;

    private protected override JobKind<FineTunedModel> CreateKind() => new Kind(this);

    private sealed class Kind(WaitCohereFineTunedModelCommand command) : JobKind<FineTunedModel>
    {
        private readonly WaitCohereFineTunedModelCommand _command = command;

        public override string Noun => "fine-tuned model";

        public override string IdOf(FineTunedModel job) => job.ModelId;

        public override Task<FineTunedModel> GetAsync(string id, CancellationToken cancellationToken) => _command.Client.FineTuning.GetAsync(id, _command.PollOptions, cancellationToken);

        // A paused model is trained. It stays paused until it's used.
        public override bool IsFinished(FineTunedModel job) =>
            job.Status is FineTuningStatus.Ready or FineTuningStatus.Failed or FineTuningStatus.Deleted or FineTuningStatus.Paused;

        public override ErrorRecord? FailureOf(FineTunedModel job) => job.Status switch
        {
            FineTuningStatus.Failed => ErrorRecords.JobFailed($"The training of the fine-tuned model '{job.ModelId}' has failed.", $"See what happened: Get-CohereFineTuningEvent -ModelId {PowerShellText.Quote(job.ModelId)}. The target object of this error is the model.", job),
            FineTuningStatus.Deleted => ErrorRecords.JobFailed($"The fine-tuned model '{job.ModelId}' was deleted.", "Train a new model with New-CohereFineTunedModel. The target object of this error is the model.", job),
            _ => null,
        };

        // The API returns a status and no counts. Get-CohereFineTuningMetric returns the steps.
        public override (string Text, int Percent) ProgressOf(FineTunedModel job) => (job.Status.ToString(), -1);

        public override string WaitCommandFor(string id) => $"Wait-CohereFineTunedModel -ModelId {PowerShellText.Quote(id)}";
    }
}
