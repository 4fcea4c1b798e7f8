using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Start-CohereBatch: has requests answered within a day, of a dataset, a file or the pipeline. See
/// <see href="https://docs.cohere.com/reference/create-batch"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "CohereBatch", DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(Batch))]
public sealed class StartCohereBatchCommand : CohereBodyCommand, IJobWaiting
{
    private const string DatasetSet = "DatasetId";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string ObjectSet = "InputObject";

    private static readonly string[] RequestParameters = [nameof(Property), nameof(IdProperty), nameof(Prompt), nameof(SystemMessage), nameof(InputType), nameof(EmbeddingType), nameof(Body), nameof(Type)];
    private static readonly string[] JsonLines = [".jsonl", ".ndjson", ".json"];

    private JsonObject _defaults = [];
    private BatchRequests? _requests;
    private Dataset? _validated;
    private int _objects;

    /// <summary>The ids of datasets with requests.</summary>
    [Parameter(ParameterSetName = DatasetSet, Position = 0, Mandatory = true)]
    [ArgumentCompleter(typeof(DatasetIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] DatasetId { get; set; } = [];

    /// <summary>Files of JSON Lines, each of which becomes a batch; wildcards allowed.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files, by names in which nothing is a wildcard.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
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

    TimeSpan? IJobWaiting.PollingInterval => IsBound(nameof(PollingIntervalSec)) ? TimeSpan.FromSeconds(PollingIntervalSec) : null;

    TimeSpan? IJobWaiting.WaitTimeout => CallTimeout;

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        ("input_dataset_id", "-DatasetId"),
        ("model", "-Model"),
        ("name", "-Name"),
    ];

    private bool IsEmbed => IsBound(nameof(Type)) ? Type == BatchType.Embed : Model.StartsWith("embed", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    void IJobWaiting.WriteEnded(object job) => _validated = (Dataset)job;

    /// <inheritdoc/>
    void IJobWaiting.WriteJobFailure(CohereException exception, object target) => WriteFailure(exception, target);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ParameterSetName == DatasetSet && RequestParameters.FirstOrDefault(IsBound) is { } parameter)
        {
            RefuseCombination($"-{parameter} makes requests, and those of a dataset are made.", $"Leave -{parameter} out.");
        }

        if (ParameterSetName != DatasetSet)
        {
            DatasetRules.RequireName(this, Name);
        }

        string[] others = IsEmbed ? [nameof(Prompt), nameof(SystemMessage)] : [nameof(InputType), nameof(EmbeddingType)];
        if (others.FirstOrDefault(IsBound) is { } other)
        {
            RefuseCombination(
                $"-{other} is for {(IsEmbed ? "chat" : "embeddings")}, and this batch is for {(IsEmbed ? "embeddings" : "chat")}.",
                "Leave it out, choose another -Model, or say with -Type what the model is for.");
        }

        try
        {
            _defaults = Body is null ? [] : JsonObject.Create(PowerShellJson.ToElement(Body))!;
        }
        catch (NotJsonException exception)
        {
            ThrowTerminatingError(ErrorRecords.NotJson(exception, Body));
        }

        if (IsEmbed)
        {
            AddEmbedDefaults();
        }

        _ = Options;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case DatasetSet:
                foreach (string id in DatasetId)
                {
                    StartDataset(id, id);
                }

                break;
            case ObjectSet:
                TakeObject();
                break;
            default:
                bool isLiteral = ParameterSetName == LiteralPathSet;
                foreach (string file in (isLiteral ? LiteralPath : Path).SelectMany(path => FilePaths.Resolve(this, path, isLiteral)))
                {
                    StartFile(file);
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_requests is null)
        {
            return;
        }

        if (_requests.Rows.Count == 0)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue("None of the objects can be a request of a batch. Nothing was sent.", "See the error of each object.", null));
        }

        StartRequests(_requests, Name ?? "batch-" + DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture), null);
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

    private void RefuseCombination(string message, string action) => ThrowTerminatingError(ErrorRecords.InvalidCombination(message, action));

    private void AddEmbedDefaults()
    {
        var request = JsonSerializer.SerializeToNode(
            new EmbedRequest { InputType = InputType, EmbeddingTypes = EmbeddingType.Distinct().ToArray() },
            CohereJson.Default.EmbedRequest)!.AsObject();
        foreach (KeyValuePair<string, JsonNode?> field in request.Where(field => !_defaults.ContainsKey(field.Key)))
        {
            _defaults[field.Key] = field.Value?.DeepClone();
        }
    }

    private void TakeObject()
    {
        object? plain = PowerShellJson.Unwrap(InputObject);
        if (DatasetIdOf(plain) is { } id)
        {
            if (RequestParameters.FirstOrDefault(IsBound) is { } parameter)
            {
                RefuseCombination($"-{parameter} makes requests, and those of a dataset are made.", $"Leave -{parameter} out.");
            }

            StartDataset(id, InputObject);
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
            Add(_requests!, () => _requests!.Add(InputObject));
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
            ReadFile(requests, file);
            if (requests.Rows.Count == 0)
            {
                WriteError(ErrorRecords.NotADatasetFile(file, "holds no row that can be a request", "See the errors of its lines, or check what should have written it."));
                return;
            }

            StartRequests(requests, Name ?? DatasetRules.NameOf(file), file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.FileNotReadable(file, exception));
        }
    }

    private void ReadFile(BatchRequests requests, string file)
    {
        using var reader = new StreamReader(FilePaths.OpenRead(file), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (Stopping)
            {
                throw new PipelineStoppedException();
            }

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using JsonDocument row = JsonDocument.Parse(line);
                Add(requests, () => requests.AddRow(row.RootElement));
            }
            catch (JsonException exception)
            {
                WriteError(ErrorRecords.NotADatasetRow(
                    string.Format(CultureInfo.InvariantCulture, "{0}:{1}", file, number),
                    string.Format(CultureInfo.InvariantCulture, "(line {0} of '{1}') is no JSON: {2}", number, file, exception.Message),
                    "Each line is one JSON object. ConvertTo-Json -Compress writes one."));
            }
        }
    }

    private BatchRequests CreateRequests() => new(
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

    private void Add(BatchRequests requests, Func<ErrorRecord?> add)
    {
        ErrorRecord? error = null;
        FilePaths.Write(this, requests.Rows.Path, () => error = add());
        if (error is not null)
        {
            WriteError(error);
        }
        else if (requests.Rows.Length > DatasetRules.LargestFile)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(
                string.Format(CultureInfo.InvariantCulture, "The first {0:N0} requests are more than the 1.5 GB that a dataset takes. Nothing was sent.", requests.Rows.Count),
                "Make several batches.",
                null));
        }
    }

    private void StartRequests(BatchRequests requests, string name, string? file)
    {
        FilePaths.Write(this, requests.Rows.Path, requests.Rows.Complete);
        string what = string.Format(CultureInfo.InvariantCulture, "{0:N0} {1} ({2:N0} bytes), model {3}", requests.Rows.Count, requests.Rows.Count == 1 ? "request" : "requests", requests.Rows.Length, Model);
        if (!ShouldProcess(DisplayText.OneLine($"{name}: {what}", 200), "Upload a dataset and start a batch"))
        {
            return;
        }

        Dataset dataset;
        try
        {
            var upload = new DatasetUpload(this, Client, OptionsWithoutBody, Post);
            var request = new DatasetRequest { Name = name, Type = requests.Type, Path = requests.Rows.Path };
            dataset = Run(token => upload.CreateAsync(request, token));
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, file ?? name);
            return;
        }

        // What follows can be taken up with this id by anybody, should it end early.
        WriteVerbose(DisplayText.Sanitize($"The requests are the dataset '{dataset.DatasetId}'."));
        if (Validate(dataset, name) is { } validated)
        {
            Start(validated.DatasetId, name, validated);
        }
    }

    /// <summary>
    /// Waits until the service has looked through a dataset; null where it does not take it, or not in time, which is an
    /// error. The requests are uploaded then, and need not be again.
    /// </summary>
    private Dataset? Validate(Dataset dataset, string name)
    {
        _validated = null;
        string next = $"Start-CohereBatch -Model {PowerShellText.Quote(Model)} -Name {PowerShellText.Quote(name)}";
        var waiter = new JobWaiter<Dataset>(this, this, new DatasetValidation((id, token) => Client.Datasets.GetAsync(id, OptionsWithoutBody, token), next));
        waiter.Add(dataset);
        waiter.Complete();
        return _validated;
    }

    private void StartDataset(string id, object? target)
    {
        if (ShouldProcess(DisplayText.OneLine($"dataset {id}, model {Model}", 200), "Start a batch"))
        {
            Start(id, Name ?? $"batch-{id}", target);
        }
    }

    private void Start(string datasetId, string name, object? target)
    {
        try
        {
            var request = new BatchRequest { DatasetId = datasetId, Model = Model, Name = name };
            WriteObject(Run(token => Client.Batches.CreateAsync(request, Options, token)));
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, target);
        }
    }
}
