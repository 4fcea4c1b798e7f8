using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Start-CohereEmbedJob: starts embed jobs for datasets. See <see
/// href="https://docs.cohere.com/reference/create-embed-job"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "CohereEmbedJob", HelpUri = OnlineHelp.CreateEmbedJob, SupportsShouldProcess = true)]
[OutputType(typeof(EmbedJob))]
public sealed class StartCohereEmbedJobCommand : CohereBodyCommand
{
    /// <summary>Ids of the datasets with the texts. Each one gets a job.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Dataset), nameof(Dataset.DatasetId))]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>The model: an embed v3 model or embed-v4.0. By default, embed-multilingual-v3.0.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EmbedJobModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string Model { get; set; } = DefaultModels.EmbedJob;

    /// <summary>What the embeddings are for. The default is SearchDocument.</summary>
    [Parameter]
    public EmbedInputType InputType { get; set; } = EmbedInputType.SearchDocument;

    /// <summary>Number formats of the embeddings. By default, Cohere returns Float.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public EmbeddingType[]? EmbeddingType { get; set; }

    /// <summary>Which end of a text that is too long is cut off.</summary>
    [Parameter]
    [ValidateSet(nameof(TruncateMode.Start), nameof(TruncateMode.End))]
    public TruncateMode Truncate { get; set; }

    /// <summary>Name of the job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Name { get; set; }

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        ("dataset_id", "-DatasetId"),
        .. base.OwnFields,
        ("input_type", "-InputType"),
        ("embedding_types", "-EmbeddingType"),
        ("truncate", "-Truncate"),
        ("name", "-Name"),
    ];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in DatasetId)
        {
            var request = new EmbedJobRequest
            {
                DatasetId = id,
                Model = Model,
                InputType = InputType,
                EmbeddingTypes = EmbeddingType,
                Truncate = IsBound(nameof(Truncate)) ? Truncate : null,
                Name = Name,
            };
            EnsureAllowed((options, token) => Client.EmbedJobs.CreateAsync(request, options, token), id);
            if (!ShouldProcess(DisplayText.OneLine($"dataset {id}, model {Model}; {DatasetCost.Of(this, id, Model)}", 400), "Start an embed job"))
            {
                continue;
            }

            try
            {
                WriteObject(Run(token => Client.EmbedJobs.CreateAsync(request, Options, token)));
            }
            catch (CohereException exception)
            {
                WriteFailure(exception, id);
            }
        }
    }
}
