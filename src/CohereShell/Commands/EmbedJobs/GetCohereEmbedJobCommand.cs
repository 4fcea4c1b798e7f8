using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Get-CohereEmbedJob: gets embed jobs and their status. See <see
/// href="https://docs.cohere.com/reference/list-embed-jobs"/>.
/// </summary>
[Cmdlet(VerbsCommon.Get, "CohereEmbedJob", HelpUri = OnlineHelp.ListEmbedJobs, DefaultParameterSetName = ListSet)]
[OutputType(typeof(EmbedJob))]
public sealed class GetCohereEmbedJobCommand : CohereIdCommand
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    /// <summary>Ids of the embed jobs.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(EmbedJob), nameof(EmbedJob.JobId))]
    [ArgumentCompleter(typeof(EmbedJobIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? JobId { get; set; }

    /// <summary>Gets only jobs with one of these statuses.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    public EmbedJobStatus[]? Status { get; set; }

    private protected override string Noun => "embed job";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (JobId is null)
        {
            try
            {
                WriteObject(Run(token => Client.EmbedJobs.ListAsync(Options, token)).Where(job => Status?.Contains(job.Status) != false), enumerateCollection: true);
            }
            catch (CohereException exception)
            {
                WriteFailure(exception, null);
            }

            return;
        }

        foreach (string id in JobId)
        {
            ForId(id, _ => WriteObject(Run(token => Client.EmbedJobs.GetAsync(id, Options, token))));
        }
    }
}
