using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;
using CohereShell.Rows;

namespace CohereShell.Commands;

/// <summary>
/// Start-CohereBatch: starts a batch of requests from a dataset, a file or pipeline objects. See <see
/// href="https://docs.cohere.com/reference/create-batch"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "CohereBatch", HelpUri = OnlineHelp.CreateBatch, DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class StartCohereBatchCommand : CohereInputCommand, IChatSettings
{
    private const string DatasetSet = "DatasetId";
    private const string ObjectSet = "InputObject";

    private static readonly string[] JsonLines = [".jsonl", ".ndjson", ".json"];

    private JsonObject _defaults = [];
    private BatchRequests? _requests;
    private RowPrompt? _prompt;
    private BatchStarter? _starter;
    private int _objects;

    /// <summary>Ids of the datasets with the requests. Each one becomes a batch.</summary>
    [Parameter(ParameterSetName = DatasetSet, Position = 0, Mandatory = true)]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>Paths of JSON Lines files, each of which becomes a batch. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the files, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>
    /// Objects, each of which becomes a request of one batch. Datasets and files of requests each become a separate
    /// batch.
    /// </summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>
    /// The model. For chat requests from pipeline objects, the default is the session's chat model. Otherwise, it doesn't
    /// have a default, because it depends on what the requests are for.
    /// </summary>
    [Parameter(ParameterSetName = ObjectSet)]
    [Parameter(ParameterSetName = DatasetSet, Mandatory = true)]
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true)]
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true)]
    [ArgumentCompleter(typeof(BatchModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string Model { get; set; } = string.Empty;

    /// <summary>
    /// Name of the batch, which the API requires. By default, it's made from the file, the dataset or the current
    /// time.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Name { get; set; }

    /// <summary>What the requests are for. By default, the name of the model decides.</summary>
    [Parameter]
    public BatchType Type { get; set; }

    /// <summary>
    /// Properties of an object that make up its text. Wildcards are allowed. By default, all properties are used.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string[]? Property { get; set; }

    /// <summary>
    /// The property whose value becomes the custom_id of the request. By default, requests are numbered from 0.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string? IdProperty { get; set; }

    /// <summary>
    /// The question for each object. Names of properties in braces are replaced with their values: <c>Classify:
    /// {Subject}</c>. A prompt without placeholders is followed by the text of the object.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Prompt { get; set; }

    /// <summary>Instructions for the model, the same for each request.</summary>
    [Parameter]
    [Alias("System", "SystemPrompt")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SystemMessage { get; set; }

    /// <summary>JSON schema that the answer must match: a hashtable, an object, or a string that is JSON.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? JsonSchema { get; set; }

    /// <summary>Requests a JSON object as the answer.</summary>
    [Parameter]
    public SwitchParameter Json { get; set; }

    /// <summary>Maximum length of an answer in tokens. By default, the model's limit applies.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? MaxTokens { get; set; }

    /// <summary>Randomness of the answer, from 0 to 1. By default, the service uses 0.3.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? Temperature { get; set; }

    /// <summary>Up to 5 strings that end the answer when the model writes one of them.</summary>
    [Parameter]
    [ValidateCount(1, 5)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? StopSequence { get; set; }

    /// <summary>A number that makes sampling repeatable. The service doesn't guarantee it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public ulong? Seed { get; set; }

    /// <summary>Reduces repetition, from 0 to 1. The more often a token has occurred, the higher the penalty.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? FrequencyPenalty { get; set; }

    /// <summary>Reduces repetition, from 0 to 1. The penalty doesn't depend on the number of occurrences.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? PresencePenalty { get; set; }

    /// <summary>Number of most likely tokens that the model chooses from, from 0 to 500.</summary>
    [Parameter]
    [Alias("K")]
    [ValidateRange(0, 500)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? TopK { get; set; }

    /// <summary>Total probability of the most likely tokens that the model chooses from, from 0.01 to 0.99.</summary>
    [Parameter]
    [Alias("P")]
    [ValidateRange(0.01, 0.99)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? TopP { get; set; }

    /// <summary>Returns the log probabilities of the answer's tokens in the property LogProbs.</summary>
    [Parameter]
    public SwitchParameter LogProb { get; set; }

    /// <summary>
    /// Makes the model think before it answers. By default, the model decides. -Thinking:$false turns thinking off.
    /// </summary>
    [Parameter]
    public SwitchParameter Thinking { get; set; }

    /// <summary>Maximum number of tokens for thinking. It turns thinking on.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? ThinkingTokenBudget { get; set; }

    /// <summary>Whether the user specified -Thinking:$false.</summary>
    bool IChatSettings.IsThinkingRefused => IsBound(nameof(Thinking)) && !Thinking;

    /// <summary>What the embeddings are for. The default is SearchDocument.</summary>
    [Parameter]
    [ApiNameTransformation]
    public EmbedInputType InputType { get; set; } = EmbedInputType.SearchDocument;

    /// <summary>Number formats of the embeddings. The default is Float.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public EmbeddingType[] EmbeddingType { get; set; } = [CohereShell.EmbeddingType.Float];

    /// <summary>Fields to add to the body of each request that doesn't have them, such as max_tokens.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public IDictionary? Body { get; set; }

    /// <summary>Time between two status requests during the validation, in seconds. By default, it grows from 2 to 30.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double PollingIntervalSec { get; set; }

    /// <summary>Encoding of text files. By default, UTF-8, or what a byte order mark tells.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        ("input_dataset_id", "-DatasetId"),
        .. base.OwnFields,
        ("name", "-Name"),
    ];

    /// <summary>Whether the requests are for embeddings instead of chat.</summary>
    internal bool IsEmbed => IsBound(nameof(Type)) ? Type == BatchType.Embed
        // Batches can use the models batch-embed-v4 and batch-embed-v4-a100 as well.
        : Model.StartsWith("embed", StringComparison.OrdinalIgnoreCase) || Model.StartsWith("batch-embed", StringComparison.OrdinalIgnoreCase);

    private BatchStarter Starter => _starter ??= new BatchStarter(this);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        BatchRules.Check(this, isDataset: ParameterSetName == DatasetSet);
        if (!IsBound(nameof(Model)))
        {
            // The same rows and parameters as in Invoke-CohereChat have the same model.
            Model = CurrentSession.ChatModel;
        }

        _defaults = BatchRules.DefaultsOf(this);
        try
        {
            _prompt = new RowPrompt(Prompt, Property, Encoding);
        }
        catch (InputException exception)
        {
            ThrowTerminatingError(exception.Error);
        }

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
            ThrowTerminatingError(ErrorRecords.InvalidValue("None of the objects can become a request of a batch. Nothing was sent.", "See the error of each object.", null));
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
            if (!HasModelFor(id))
            {
                return;
            }

            BatchRules.RefuseRequestParameters(this);
            Starter.StartDataset(id, InputObject);
        }
        else if (Property is null && plain is FileInfo file && JsonLines.Contains(file.Extension.ToLowerInvariant()))
        {
            if (!HasModelFor(file.FullName))
            {
                return;
            }

            // With Get-ChildItem *.jsonl, the user means the rows in the files and not the properties of the files.
            foreach (string path in FilePaths.Resolve(this, file.FullName, isLiteral: true))
            {
                StartFile(path);
            }
        }
        else
        {
            FilePaths.Write(this, System.IO.Path.GetTempPath(), () => _requests ??= CreateRequests());
            foreach (object? value in TableData.Each(InputObject))
            {
                _requests!.Add(value);
            }
        }
    }

    // What the requests of a dataset or a file are for isn't known.
    private bool HasModelFor(string source)
    {
        if (IsBound(nameof(Model)))
        {
            return true;
        }

        WriteError(ErrorRecords.InvalidCombination($"'{source}' can have requests for any model. No batch was started for it.", "Specify the model of the requests with -Model.", source));
        return false;
    }

    // The output of Wait-CohereDataset, and its copy from a file or another process.
    private string? DatasetIdOf(object? plain) => plain switch
    {
        Dataset dataset => dataset.DatasetId,
        // A row of a table can have a column with this name.
        PSObject or IDictionary when (IsCopyOfDataset || (Property is null && Prompt is null && IdProperty is null)) && RecordFields.TryGet(InputObject, nameof(DatasetId), out object? id) => PowerShellJson.Unwrap(id) as string,
        _ => null,
    };

    private bool IsCopyOfDataset => PSObject.AsPSObject(InputObject).TypeNames.Any(name => name.EndsWith(typeof(Dataset).FullName!, StringComparison.Ordinal));

    private void StartFile(string file)
    {
        if (Name is not null && _objects++ > 0)
        {
            WriteError(ErrorRecords.InvalidCombination($"-Name '{Name}' applies to one batch only, and '{file}' would be another.", "Leave -Name out to name each batch after its file.", file));
            return;
        }

        if (!JsonLines.Contains(System.IO.Path.GetExtension(file).ToLowerInvariant()))
        {
            WriteError(ErrorRecords.NotADatasetFile(file, "isn't a JSON Lines file (.jsonl)", "Pipe its content instead: Import-Csv tickets.csv | Start-CohereBatch, or Get-ChildItem *.txt | Start-CohereBatch."));
            return;
        }

        try
        {
            using BatchRequests requests = CreateRequests();
            requests.AddFile(file, Encoding);
            if (requests.Rows.Count == 0)
            {
                WriteError(ErrorRecords.NotADatasetFile(file, "has no row that can become a request", "See the errors of its lines, or check the program that wrote the file."));
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
            UsesText = Property is not null || _prompt!.Placeholders.Count > 0,
            Prompt = _prompt!,
            IdProperty = IdProperty,
            SystemMessage = SystemMessage,
            Defaults = _defaults,
        });
}
