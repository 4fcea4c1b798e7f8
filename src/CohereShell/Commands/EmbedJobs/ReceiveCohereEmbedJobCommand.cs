using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>Receive-CohereEmbedJob: downloads the embeddings of embed jobs, as objects or to files.</summary>
// Objects must be the default set. Otherwise, PowerShell binds the job's id and not the job, which contains more.
[Cmdlet(VerbsCommunications.Receive, "CohereEmbedJob", HelpUri = OnlineHelp.EmbedJobs, DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(Embedding), typeof(FileInfo))]
public sealed class ReceiveCohereEmbedJobCommand : CohereRowsCommand
{
    private const string IdSet = "Id";
    private const string ObjectSet = "InputObject";

    /// <summary>The properties of an embedding. Fields with these names can't be added to it.</summary>
    private static readonly HashSet<string> OwnProperties = new(typeof(Embedding).GetProperties().Select(property => property.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Ids of the embed jobs.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(EmbedJob), nameof(EmbedJob.JobId))]
    [ArgumentCompleter(typeof(EmbedJobIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] JobId { get; set; } = [];

    /// <summary>Job from another embed job cmdlet.</summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public EmbedJob? InputObject { get; set; }

    /// <summary>Path of the file for the embeddings, or of an existing folder for a file per job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    private protected override string Noun => "embed job";

    /// <inheritdoc/>
    // The path is literal, like -OutFile of Invoke-WebRequest.
    protected override void BeginProcessing() => SetTarget(OutFile, isLiteral: true, nameof(OutFile));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ObjectSet)
        {
            ForId(InputObject!.JobId, id => Receive(IsDone(InputObject) ? InputObject : Get(id, InputObject)));
            return;
        }

        foreach (string id in JobId)
        {
            ForId(id, id => Receive(Get(id, null)));
        }
    }

    private static bool IsDone(EmbedJob job) => job is { Status: EmbedJobStatus.Complete, OutputDatasetId: not null };

    private EmbedJob Get(string id, EmbedJob? known)
    {
        EmbedJob job = Run(token => Client.EmbedJobs.GetAsync(id, Options, token));
        // The API doesn't return the input type.
        job.InputType = known?.InputType;
        return job;
    }

    private void Receive(EmbedJob job)
    {
        if (IsDone(job))
        {
            WriteRows(job.JobId, job.OutputDatasetId!, token => Client.EmbedJobs.ReadResultsAsync(job, Options, token), WithFields, job.Model.Length > 0 ? job.Model : null);
        }
        else if (job.Status is EmbedJobStatus.Failed or EmbedJobStatus.Cancelled or EmbedJobStatus.Complete)
        {
            WriteError(ErrorRecords.JobFailed($"The embed job '{job.JobId}' has no result: it is {job.Status.ToString().ToLowerInvariant()}.", "Start a new job with Start-CohereEmbedJob. The target object of this error is the job.", job));
        }
        else
        {
            WriteError(ErrorRecords.JobNotDone("embed job", job.JobId, job.Status.ToString(), $"Wait-CohereEmbedJob -JobId {PowerShellText.Quote(job.JobId)} | Receive-CohereEmbedJob", job));
        }
    }

    // The dataset's fields also become properties of the embedding: … | Where-Object queue -eq 'network'.
    private static object WithFields(Embedding embedding)
    {
        if (embedding.InputObject is not IReadOnlyDictionary<string, object?> kept)
        {
            return embedding;
        }

        embedding.InputObject = PowerShellObjects.FromValues(kept);
        PSObject result = PSObject.AsPSObject(embedding);
        if (embedding.InputObject is PSObject fields)
        {
            foreach (PSPropertyInfo field in fields.Properties.Where(field => !OwnProperties.Contains(field.Name)))
            {
                result.Properties.Add(new PSNoteProperty(field.Name, field.Value), preValidated: true);
            }
        }

        return result;
    }
}
