using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Get-CohereDataset: gets the datasets of the account.</summary>
[Cmdlet(VerbsCommon.Get, "CohereDataset", HelpUri = OnlineHelp.ListDatasets, DefaultParameterSetName = ListSet)]
[OutputType(typeof(Dataset))]
public sealed class GetCohereDatasetCommand : CohereIdCommand
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    /// <summary>Ids of the datasets.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Dataset), nameof(Dataset.DatasetId))]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>Gets only datasets of this type.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ArgumentCompleter(typeof(DatasetTypeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Type { get; set; }

    /// <summary>Gets only datasets created before this time.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [TimeTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime? Before { get; set; }

    /// <summary>Gets only datasets created after this time.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [TimeTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime? After { get; set; }

    /// <summary>Gets only datasets with this validation status.</summary>
    [Parameter(ParameterSetName = ListSet)]
    public DatasetValidationStatus? ValidationStatus { get; set; }

    private protected override string Noun => "dataset";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ListSet)
        {
            var filter = new DatasetFilter { Type = Type, Before = Local(Before), After = Local(After), ValidationStatus = ValidationStatus };
            WriteList(token => Client.Datasets.ListAsync(filter, Options, token));
        }

        foreach (string id in DatasetId)
        {
            ForId(id, _ => WriteObject(Run(token => Client.Datasets.GetAsync(id, Options, token))));
        }
    }

    // A time without a zone is in the zone of this computer. DateTime.MinValue and MaxValue have no other zone.
    private static DateTimeOffset? Local(DateTime? time) => time is { } value ? new DateTimeOffset(value.ToUniversalTime()) : null;
}
