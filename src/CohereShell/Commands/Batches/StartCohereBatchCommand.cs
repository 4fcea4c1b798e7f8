using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Start-CohereBatch: has requests answered within a day, of a dataset, a file or the pipeline. See
/// <see href="https://docs.cohere.com/reference/create-batch"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "CohereBatch", HelpUri = OnlineHelp.CreateBatch, DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class StartCohereBatchCommand : CohereInputCommand
{
    private const string DatasetSet = "DatasetId";
    private const string ObjectSet = "InputObject";

    private static readonly string[] JsonLines = [".jsonl", ".ndjson", ".json"];

    private JsonObject _defaults = [];
    private BatchRequests? _requests;
    private BatchStarter? _starter;
    private int _objects;

    /// <summary>The ids of datasets with requests.</summary>
    [Parameter(ParameterSetName = DatasetSet, Position = 0, Mandatory = true)]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>Files of JSON Lines, each of which becomes a batch; wildcards allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files, by names in which nothing is a wildcard.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Objects, each of which becomes a request of one batch; or datasets and files of requests, each of which becomes a batch.</summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public object? InputObject { get; set; }

    /// <summary>The model that answers. There is no default: it depends on what the requests are for.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(AnyModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string Model { get; set; } = string.Empty;

    /// <summary>A name for the batch; the API needs one. Without it, one is made of the file, the dataset or the time.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What the requests are for. Without it, what the name of the model says.</summary>
    [Parameter]
    public BatchType Type { get; set; }

    /// <summary>The properties of an object that make its text; wildcards allowed. Without it, all of them.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Property { get; set; }

    /// <summary>The property that tells the objects apart: their custom_id. Without it, they are numbered from 0.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdProperty { get; set; }

    /// <summary>What is asked of each text: it stands before it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Prompt { get; set; }

    /// <summary>Instructions for the model, the same for each request.</summary>
    [Parameter]
    [Alias("System", "SystemPrompt")]
    [ValidateNotNullOrEmpty]
    public string? SystemMessage { get; set; }

    /// <summary>What embeddings are for. SearchDocument where nothing is said.</summary>
    [Parameter]
    [ApiNameTransformation]
    public EmbedInputType InputType { get; set; } = EmbedInputType.SearchDocument;

    /// <summary>The forms of the numbers of embeddings.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public EmbeddingType[] EmbeddingType { get; set; } = [CohereShell.EmbeddingType.Float];

    /// <summary>Fields for the body of each request that does not have them, such as max_tokens.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Body { get; set; }

    /// <summary>How long to wait between two looks at requests that are validated, in seconds. Without it, 2 at first and up to 30 in the end.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600.0)]
    public double PollingIntervalSec { get; set; }

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        ("input_dataset_id", "-DatasetId"),
        .. base.OwnFields,
        ("name", "-Name"),
    ];

    /// <summary>Whether the requests are for embeddings, and not for chat.</summary>
    internal bool IsEmbed => IsBound(nameof(Type)) ? Type == BatchType.Embed : Model.StartsWith("embed", StringComparison.OrdinalIgnoreCase);

    private BatchStarter Starter => _starter ??= new BatchStarter(this);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        BatchRules.Check(this, isDataset: ParameterSetName == DatasetSet);
        _defaults = BatchRules.DefaultsOf(this);
        base.BeginProcessing();
    }

    private protected override void ReadInput()
    {
        switch (ParameterSetName)
        {
            case DatasetSet:
                foreach (string id in DatasetId)
                {
                    Starter.StartDataset(id, id);
                }

                break;
            case ObjectSet:
                TakeObject();
                break;
            default:
                foreach (string file in FilePaths.Given(this, Path, LiteralPath))
                {
                    StartFile(file);
                }

                break;
        }
    }

    private protected override void Complete()
    {
        if (_requests is null)
        {
            return;
        }

        if (_requests.Rows.Count == 0)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue("None of the objects can be a request of a batch. Nothing was sent.", "See the error of each object.", null));
        }

        Starter.StartRequests(_requests, Name ?? "batch-" + DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture), null);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _requests?.Dispose();
        }
    }

    private void TakeObject()
    {
        object? plain = PowerShellJson.Unwrap(InputObject);
        if (DatasetIdOf(plain) is { } id)
        {
            BatchRules.RefuseRequestParameters(this);
            Starter.StartDataset(id, InputObject);
        }
        else if (Property is null && plain is FileInfo file && JsonLines.Contains(file.Extension.ToLowerInvariant()))
        {
            // Get-ChildItem *.jsonl means the rows in the files, and not what can be said of the files.
            foreach (string path in FilePaths.Resolve(this, file.FullName, isLiteral: true))
            {
                StartFile(path);
            }
        }
        else
        {
            FilePaths.Write(this, System.IO.Path.GetTempPath(), () => _requests ??= CreateRequests());
            _requests!.Add(InputObject);
        }
    }

    // What Wait-CohereDataset puts out, and what is left of it in a file or another process.
    private string? DatasetIdOf(object? plain) => plain switch
    {
        Dataset dataset => dataset.DatasetId,
        PSObject or IDictionary when Property is null && RecordFields.TryGet(InputObject, nameof(DatasetId), out object? id) => PowerShellJson.Unwrap(id) as string,
        _ => null,
    };

    private void StartFile(string file)
    {
        if (Name is not null && _objects++ > 0)
        {
            WriteError(ErrorRecords.InvalidCombination($"-Name '{Name}' is given to one batch, and '{file}' is another.", "Leave -Name out: each batch has the name of its file then.", file));
            return;
        }

        if (!JsonLines.Contains(System.IO.Path.GetExtension(file).ToLowerInvariant()))
        {
            WriteError(ErrorRecords.NotADatasetFile(file, "is no file of JSON Lines (.jsonl)", "Pipe what is in it: Import-Csv tickets.csv | Start-CohereBatch, or Get-ChildItem *.txt | Start-CohereBatch."));
            return;
        }

        try
        {
            using BatchRequests requests = CreateRequests();
            requests.AddFile(file);
            if (requests.Rows.Count == 0)
            {
                WriteError(ErrorRecords.NotADatasetFile(file, "holds no row that can be a request", "See the errors of its lines, or check what should have written it."));
                return;
            }

            Starter.StartRequests(requests, Name ?? DatasetRules.NameOf(file), file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.FileNotReadable(file, exception));
        }
    }

    private BatchRequests CreateRequests() => new(
        this,
        IsEmbed ? DatasetTypes.BatchEmbed : DatasetTypes.BatchChat,
        new BatchRequestReader
        {
            IsEmbed = IsEmbed,
            Properties = Property,
            IdProperty = IdProperty,
            SystemMessage = SystemMessage,
            Prompt = Prompt,
            Defaults = _defaults,
        });
}
