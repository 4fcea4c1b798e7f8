using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Remove-CohereDataset: deletes datasets.</summary>
[Cmdlet(VerbsCommon.Remove, "CohereDataset", HelpUri = OnlineHelp.DeleteDataset, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveCohereDatasetCommand : CohereIdCommand
{
    /// <summary>Ids of the datasets.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Dataset), nameof(Dataset.DatasetId))]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    private protected override string Noun => "dataset";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in DatasetId)
        {
            if (ShouldProcess(DisplayText.OneLine(id, 200), "Delete the dataset and its files"))
            {
                ForId(id, _ => Run(token => Client.Datasets.DeleteAsync(id, Options, token)));
            }
        }
    }
}
