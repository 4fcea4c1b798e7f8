using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Completion;
using CohereShell.Errors;
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

    private JobWaiter<Dataset> Waiter => _waiter ??= new(this, new Kind(this));

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

    private sealed class Kind : JobKind<Dataset>
    {
        private const int MostWarnings = 5;

        private readonly WaitCohereDatasetCommand _command;

        public Kind(WaitCohereDatasetCommand command) => _command = command;

        public override string Noun => "dataset";

        public override string IdOf(Dataset job) => job.DatasetId;

        public override Task<Dataset> GetAsync(string id, CancellationToken cancellationToken) =>
            _command.Client.Datasets.GetAsync(id, _command.PollOptions, cancellationToken);

        public override bool IsFinished(Dataset job) => job.IsFinished;

        public override ErrorRecord? FailureOf(Dataset job) =>
            job.ValidationStatus == DatasetValidationStatus.Failed ? ErrorRecords.DatasetNotValid(job) : null;

        public override IReadOnlyList<string> WarningsOf(Dataset job)
        {
            int more = job.ValidationWarnings.Count - MostWarnings;
            return
            [
                .. job.ValidationWarnings.Take(MostWarnings).Select(warning => $"{job.DatasetId}: {warning}"),
                .. more > 0 ? [string.Format(CultureInfo.InvariantCulture, "{0}: {1} more warnings are in the ValidationWarnings of the dataset.", job.DatasetId, more)] : (string[])[],
            ];
        }

        public override (string Text, int Percent) ProgressOf(Dataset job) =>
            (job.ValidationStatus.ToString().ToLowerInvariant() + (job.RowCount is > 0 ? string.Format(CultureInfo.InvariantCulture, ", {0:N0} rows", job.RowCount) : string.Empty), -1);

        public override string WaitCommandFor(string id) => $"Wait-CohereDataset -DatasetId {id}";
    }
}
