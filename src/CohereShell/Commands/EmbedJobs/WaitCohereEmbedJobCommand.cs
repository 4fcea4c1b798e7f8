using CohereShell.Completion;
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

    private protected override JobKind<EmbedJob> CreateKind() => new EmbedJobKind(GetAsync);

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
}
