using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Stop-CohereEmbedJob: cancels embed jobs. See <see href="https://docs.cohere.com/reference/cancel-embed-job"/>.</summary>
[Cmdlet(VerbsLifecycle.Stop, "CohereEmbedJob", HelpUri = OnlineHelp.CancelEmbedJob, SupportsShouldProcess = true)]
[OutputType(typeof(EmbedJob))]
public sealed class StopCohereEmbedJobCommand : CohereIdCommand
{
    /// <summary>Ids of the embed jobs.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(EmbedJob), nameof(EmbedJob.JobId))]
    [ArgumentCompleter(typeof(EmbedJobIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] JobId { get; set; } = [];

    /// <summary>Returns each job with its new status.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string Noun => "embed job";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in JobId)
        {
            if (ShouldProcess(DisplayText.OneLine(id, 200), "Cancel the embed job"))
            {
                ForId(id, Stop);
            }
        }
    }

    private void Stop(string id)
    {
        Run(token => Client.EmbedJobs.CancelAsync(id, Options, token));
        if (PassThru)
        {
            WriteObject(Run(token => Client.EmbedJobs.GetAsync(id, Options, token)));
        }
    }
}
