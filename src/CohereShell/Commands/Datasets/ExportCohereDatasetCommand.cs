using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Commands;

/// <summary>Export-CohereDataset: downloads the rows of datasets, as objects or to files.</summary>
[Cmdlet(VerbsData.Export, "CohereDataset", HelpUri = OnlineHelp.GetDataset, DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(PSObject), typeof(FileInfo))]
public sealed class ExportCohereDatasetCommand : CohereRowsCommand
{
    private const string ObjectSet = "Object";

    /// <summary>Ids of the datasets.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Dataset), nameof(Dataset.DatasetId))]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>Path of the file, or of an existing folder for a file per dataset.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Path of the file or folder, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true)]
    [Alias("LP")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = string.Empty;

    private protected override string Noun => "dataset";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        bool isLiteral = FilePaths.IsLiteral(this);
        SetTarget(ParameterSetName == ObjectSet ? null : isLiteral ? LiteralPath : Path, isLiteral, nameof(Path));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in DatasetId)
        {
            ForId(id, id => WriteRows(id, id, token => Client.Datasets.RowsAsync(id, static row => row.ToObject(), Options, token), PowerShellObjects.FromValues));
        }
    }
}
