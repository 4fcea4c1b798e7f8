using System.IO;
using System.Management.Automation;
using CohereShell.Completion;
using CohereShell.Conversion;
using CohereShell.Errors;

namespace CohereShell.Commands;

/// <summary>Export-CohereDataset: the rows of datasets, as objects or into files.</summary>
[Cmdlet(VerbsData.Export, "CohereDataset", DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(PSObject), typeof(FileInfo))]
public sealed class ExportCohereDatasetCommand : CohereRowsCommand
{
    private const string ObjectSet = "Object";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The ids of datasets.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>The file; or a folder that exists, for a file of each dataset.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The same by its exact name.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [Alias("LP")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = string.Empty;

    /// <summary>The form of the rows; without it, what the extension of the file says, and objects without a file.</summary>
    [Parameter]
    public DatasetFileFormat Format { get; set; }

    private DatasetFileFormat? AskedFormat => IsBound(nameof(Format)) ? Format : null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        bool isFile = ParameterSetName != ObjectSet;
        if (AskedFormat is { } format && isFile == (format == DatasetFileFormat.Object))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                isFile ? "-Format Object puts objects on the pipeline, and not into a file." : $"-Format {format} needs a file.",
                isFile ? "Leave -Path out, or choose -Format Jsonl, Csv or Avro." : "Add -Path.",
                format));
        }

        if (isFile)
        {
            bool isLiteral = ParameterSetName == LiteralPathSet;
            SetTarget(isLiteral ? LiteralPath : Path, isLiteral, AskedFormat);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in DatasetId)
        {
            WriteRows(id, id, static (row, _) => PowerShellObjects.FromValues(row));
        }
    }
}
