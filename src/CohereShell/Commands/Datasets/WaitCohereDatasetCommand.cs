using System.Management.Automation;
using CohereShell.Completion;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Wait-CohereDataset: waits until datasets are validated.</summary>
[Cmdlet(VerbsLifecycle.Wait, "CohereDataset", DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(Dataset))]
public sealed class WaitCohereDatasetCommand : CohereWaitCommand
{
    private const string IdSet = "Id";
    private const string ObjectSet = "InputObject";

    private JobWaiter<Dataset>? _waiter;

    /// <summary>The ids of datasets.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>A dataset, as New-CohereDataset and Get-CohereDataset put it out.</summary>
    // Of the default set, and not a list: else PowerShell prefers the id of a dataset to the dataset.
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public Dataset? InputObject { get; set; }

    private JobWaiter<Dataset> Waiter => _waiter ??= new(this, new DatasetValidation((id, token) => Client.Datasets.GetAsync(id, PollOptions, token)));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            Waiter.Add(InputObject);
            return;
        }

        foreach (string id in DatasetId)
        {
            Waiter.Add(id);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Waiter.Complete();
}
