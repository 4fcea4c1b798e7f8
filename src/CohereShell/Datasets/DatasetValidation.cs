using System.Globalization;
using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Pipeline;

namespace CohereShell.Datasets;

/// <summary>The validation of a dataset, as a job to wait for.</summary>
/// <param name="get">Gets a dataset.</param>
/// <param name="next">The command that uses the dataset afterwards, for a user who continues manually.</param>
internal sealed class DatasetValidation(Func<string, CancellationToken, Task<Dataset>> get, string? next = null) : JobKind<Dataset>
{
    private const int MostWarnings = 5;

    private readonly Func<string, CancellationToken, Task<Dataset>> _get = get;
    private readonly string? _next = next;

    public override string Noun => "dataset";

    public override string IdOf(Dataset job) => job.DatasetId;

    public override Task<Dataset> GetAsync(string id, CancellationToken cancellationToken) => _get(id, cancellationToken);

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

    public override string WaitCommandFor(string id) => $"Wait-CohereDataset -DatasetId {PowerShellText.Quote(id)}{(_next is null ? string.Empty : " | " + _next)}";
}
