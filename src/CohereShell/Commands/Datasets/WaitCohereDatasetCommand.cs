using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Wait-CohereDataset: waits until Cohere has validated datasets.</summary>
[Cmdlet(VerbsLifecycle.Wait, "CohereDataset", HelpUri = OnlineHelp.GetDataset, DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(Dataset))]
public sealed class WaitCohereDatasetCommand : CohereWaitCommand<Dataset>
{
    /// <summary>Ids of the datasets.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Dataset), nameof(Dataset.DatasetId))]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    private protected override IReadOnlyList<string> Ids => DatasetId;

    private protected override JobKind<Dataset> CreateKind() => new DatasetValidation((id, token) => Client.Datasets.GetAsync(id, PollOptions, token));
}
