using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Stop-CohereBatch: cancels batches. See <see href="https://docs.cohere.com/reference/cancel-batch"/>.</summary>
[Cmdlet(VerbsLifecycle.Stop, "CohereBatch", HelpUri = OnlineHelp.CancelBatch, SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class StopCohereBatchCommand : CohereIdCommand
{
    /// <summary>Ids of the batches.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Batch), nameof(Batch.BatchId))]
    [ArgumentCompleter(typeof(BatchIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] BatchId { get; set; } = [];

    /// <summary>Returns each batch with its new status.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string Noun => "batch";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in BatchId)
        {
            if (ShouldProcess(DisplayText.OneLine(id, 200), "Cancel the batch"))
            {
                ForId(id, Stop);
            }
        }
    }

    private void Stop(string id)
    {
        Run(token => Client.Batches.CancelAsync(id, Options, token));
        if (PassThru)
        {
            WriteObject(Run(token => Client.Batches.GetAsync(id, Options, token)));
        }
    }
}
