using System.Globalization;
using System.Text;
using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// New-CohereDataset: uploads files or pipeline objects as datasets. See <see
/// href="https://docs.cohere.com/reference/create-dataset"/>.
/// </summary>
[Cmdlet(VerbsCommon.New, "CohereDataset", HelpUri = OnlineHelp.CreateDataset, DefaultParameterSetName = FilePaths.PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(Dataset))]
public sealed class NewCohereDatasetCommand : CohereApiCommand
{
    private const string ObjectSet = "InputObject";

    private DatasetRules? _rules;
    private DatasetRows? _rows;
    private Utf8Copy? _evalFile;
    private int _objects;
    private int _files;

    /// <summary>Paths of the files, each of which becomes a dataset. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the files, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Objects, each of which becomes a row of one dataset. Files each become a separate dataset.</summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>Properties of an object that make up its text. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ObjectSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string[]? Property { get; set; }

    /// <summary>Type of the dataset: what it's for.</summary>
    [Parameter(Mandatory = true)]
    [ValidateSet(
        DatasetTypes.EmbedInput,
        DatasetTypes.BatchChat,
        DatasetTypes.BatchEmbed,
        DatasetTypes.BatchChatV1,
        DatasetTypes.BatchOpenAIChat,
        DatasetTypes.ChatFineTuning,
        DatasetTypes.RerankFineTuning,
        DatasetTypes.SingleLabelFineTuning,
        DatasetTypes.MultiLabelFineTuning)]
    public string Type { get; set; } = string.Empty;

    /// <summary>Name of the dataset. By default, it's the name of the file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Name { get; set; }

    /// <summary>Path of a file with evaluation rows.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EvalPath { get; set; }

    /// <summary>Additional fields to keep. Every row must have them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string[] KeepField { get; set; } = [];

    /// <summary>Additional fields to keep in the rows that have them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] OptionalField { get; set; } = [];

    /// <summary>Keeps the uploaded file in addition to the rows.</summary>
    [Parameter]
    public SwitchParameter KeepOriginalFile { get; set; }

    /// <summary>Leaves out malformed rows instead of refusing the dataset.</summary>
    [Parameter]
    public SwitchParameter SkipMalformedInput { get; set; }

    /// <summary>Separator between the rows of a text file. By default, each line is a row.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? TextSeparator { get; set; }

    /// <summary>Separator between the fields of a CSV file. The default is a comma.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? CsvDelimiter { get; set; }

    /// <summary>Encoding of the files. By default, UTF-8, or what a byte order mark tells. Other encodings are converted.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    private DatasetRules Rules => _rules ??= new DatasetRules(Type, KeepField, SkipMalformedInput, CsvDelimiter);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // ValidateSet ignores case, but the API doesn't.
        Type = DatasetTypes.All.First(type => type.Equals(Type, StringComparison.OrdinalIgnoreCase));
        DatasetRules.RequireName(this, Name);

        if (Property is not null && Type != DatasetTypes.EmbedInput)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"-Property can only be used with the type {DatasetTypes.EmbedInput}. Rows of the type {Type} are complete objects.",
                "Leave -Property out, and select properties with Select-Object.",
                Type));
        }

        if (EvalPath is not null)
        {
            IReadOnlyList<string> found = FilePaths.Resolve(this, EvalPath, isLiteral: false);
            if (found.Count != 1 || (_evalFile = OpenFile(found[0])) is null)
            {
                ThrowTerminatingError(ErrorRecords.InvalidValue($"-EvalPath must be one file, and '{EvalPath}' isn't.", "Specify one file in the same format as the training file.", EvalPath));
            }

        }

        _ = Options;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName != ObjectSet)
        {
            foreach (string file in FilePaths.Given(this, Path, LiteralPath))
            {
                UploadFile(file);
            }
        }
        else if (Property is null && PowerShellJson.Unwrap(InputObject) is FileInfo file)
        {
            // With Get-ChildItem *.jsonl | New-CohereDataset, the user means the files and not their properties.
            foreach (string path in FilePaths.Resolve(this, file.FullName, isLiteral: true))
            {
                UploadFile(path);
            }
        }
        else
        {
            foreach (object? value in TableData.Each(InputObject))
            {
                AddRow(value);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (_objects == 0)
        {
            return;
        }

        if (_rows is not { Count: > 0 } rows)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue("None of the objects can become a row of a dataset. Nothing was sent.", "See the error of each object.", null));
            return;
        }

        FilePaths.Write(this, rows.Path, rows.Complete);
        string what = string.Format(CultureInfo.InvariantCulture, "Upload {0:N0} {1} ({2:N0} bytes) as a dataset of the type {3}", rows.Count, rows.Count == 1 ? "row" : "rows", rows.Length, Type);
        if (ShouldProcess(Name!, what))
        {
            Upload(rows.Path, Name!, target: null);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _rows?.Dispose();
            _evalFile?.Dispose();
        }
    }

    private void AddRow(object? value)
    {
        if (_objects++ == 0)
        {
            if (Name is null)
            {
                ThrowTerminatingError(ErrorRecords.InvalidCombination("A dataset of objects requires a name.", "Add -Name.", value));
            }

            FilePaths.Write(this, System.IO.Path.GetTempPath(), () => _rows = new DatasetRows(Type, Rules, Property, [.. KeepField, .. OptionalField]));
        }

        ErrorRecord? error = null;
        FilePaths.Write(this, _rows!.Path, () => _rows.TryAdd(value, out error));
        if (error is not null)
        {
            WriteError(error);
        }
        else if (_rows.Length > DatasetRules.LargestFile)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(
                string.Format(CultureInfo.InvariantCulture, "The first {0:N0} objects exceed 1.5 GB, the maximum size of a dataset. Nothing was sent.", _rows.Count),
                "Split the input into several datasets.",
                null));
        }
    }

    private void UploadFile(string file)
    {
        using Utf8Copy? source = OpenFile(file);
        if (source is null)
        {
            return;
        }

        if (Name is not null && _files++ > 0)
        {
            WriteError(ErrorRecords.InvalidCombination($"-Name '{Name}' applies to one dataset only, and '{file}' would be another.", "Leave -Name out to name each dataset after its file.", file));
            return;
        }

        string name = Name ?? DatasetRules.NameOf(file);
        string what = string.Format(CultureInfo.InvariantCulture, "Upload {0:N0} bytes as the dataset '{1}' of the type {2}", LinkedFile.Length(source.Path), name, Type);
        if (ShouldProcess(file, what))
        {
            Upload(source.Path, name, file);
        }
    }

    // Returns null after an error: the service would refuse the file.
    private Utf8Copy? OpenFile(string file)
    {
        Utf8Copy? source = null;
        try
        {
            // The cheap checks first: a file can have more than a gigabyte.
            (string Problem, string Action)? problem = Rules.ProblemOfFile(new FileInfo(file));
            source = problem is null ? Utf8Copy.Of(file, Encoding, () => Stopping) : null;
            problem ??= Rules.ProblemOf(new FileInfo(source!.Path));
            if (problem is null)
            {
                return source;
            }

            WriteError(ErrorRecords.NotADatasetFile(file, problem.Value.Problem, problem.Value.Action));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.FileNotReadable(file, exception));
        }

        source?.Dispose();
        return null;
    }

    private void Upload(string file, string name, object? target)
    {
        var request = new DatasetRequest
        {
            Name = name,
            Type = Type,
            Path = file,
            EvalPath = _evalFile?.Path,
            KeepFields = KeepField,
            OptionalFields = OptionalField,
            KeepOriginalFile = IsBound(nameof(KeepOriginalFile)) ? KeepOriginalFile.IsPresent : null,
            SkipMalformedInput = IsBound(nameof(SkipMalformedInput)) ? SkipMalformedInput.IsPresent : null,
            TextSeparator = TextSeparator,
            CsvDelimiter = CsvDelimiter,
        };
        try
        {
            WriteObject(Run(token => new DatasetUpload(this, Client, Options, Post).CreateAsync(request, token)));
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, target ?? name, target is string or FileInfo ? file : null);
        }
    }
}
