using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Receive-CohereBatch: the results of batches, each with the request that it answers; as objects or into a file.</summary>
// Of the default set are objects: else PowerShell prefers the id of a batch to the batch.
[Cmdlet(VerbsCommunications.Receive, "CohereBatch", HelpUri = OnlineHelp.Batches, DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(BatchResult), typeof(FileInfo))]
public sealed class ReceiveCohereBatchCommand : CohereFileCommand
{
    private const string IdSet = "Id";
    private const string ObjectSet = "InputObject";

    private readonly ItemProgress _progress = new("Receiving", "received");
    private ReplacingFile? _file;
    private Utf8JsonWriter? _writer;
    private bool _isSimulated;
    private int _asked;
    private int _received;

    /// <summary>The ids of the batches.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BatchIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] BatchId { get; set; } = [];

    /// <summary>A batch, as other cmdlets put it out.</summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public Batch? InputObject { get; set; }

    /// <summary>A file of JSON Lines for the results of all batches.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    private protected override string Noun => "batch";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (OutFile is null)
        {
            return;
        }

        // As Invoke-WebRequest has its -OutFile.
        string path = FilePaths.ResolveTarget(this, OutFile, isLiteral: true);
        if (ProblemOf(path) is { } problem)
        {
            ThrowTerminatingError(problem);
        }

        _isSimulated = !ShouldProcess(path, "Write the results of batches");
        if (!_isSimulated)
        {
            FilePaths.Write(this, OutFile, () => _file = new ReplacingFile(path, keepsContent: false));
            _writer = new Utf8JsonWriter(Stream.Null, JsonBody.WriterOptions);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_isSimulated)
        {
            return;
        }

        if (ParameterSetName == ObjectSet)
        {
            _asked++;
            ForId(InputObject!.BatchId, id => Receive(IsDone(InputObject) ? InputObject : Get(id)));
            return;
        }

        foreach (string id in BatchId)
        {
            _asked++;
            ForId(id, _ => Receive(Get(id)));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _progress.Complete(this);
        if (_file is null)
        {
            return;
        }

        if (_received < _asked)
        {
            WriteWarning(DisplayText.Sanitize($"'{_file.Path}' was not written, because not all of its batches could be received."));
            return;
        }

        FilePaths.Write(this, _file.Path, () => _file.Complete(!NoClobber));
        WriteFile(_file.Path);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _writer?.Dispose();
            // Deletes what was begun, unless it is complete.
            _file?.Dispose();
        }
    }

    private static bool IsDone(Batch batch) => batch is { Status: BatchStatus.Completed, OutputDatasetId.Length: > 0 };

    private Batch Get(string id) => Run(token => Client.Batches.GetAsync(id, Options, token));

    private void Receive(Batch batch)
    {
        if (string.IsNullOrEmpty(batch.OutputDatasetId))
        {
            WriteError(batch.Status is BatchStatus.Failed or BatchStatus.Canceled or BatchStatus.Completed
                ? ErrorRecords.JobFailed($"The batch '{batch.BatchId}' has no results: it is {batch.Status.ToString().ToLowerInvariant()}{(string.IsNullOrWhiteSpace(batch.StatusReason) ? "." : $": {batch.StatusReason}")}", "Start another with Start-CohereBatch. The target object of this error is the batch.", batch)
                : ErrorRecords.JobNotDone("batch", batch.BatchId, batch.Status.ToString(), $"Wait-CohereBatch -BatchId {batch.BatchId} | Receive-CohereBatch", batch));
            return;
        }

        void WarnOfDeletedRequests() => Post(() => WriteWarning(DisplayText.Sanitize($"The requests of the batch '{batch.BatchId}' are deleted: its results come without them.")));
        foreach (BatchResult result in Pull(token => Client.Batches.ReadResultsAsync(batch, WarnOfDeletedRequests, Options, token)))
        {
            _progress.Add(this);
            if (result.Error is not null)
            {
                result.InputObject = PowerShellInput(result);
                WriteError(ErrorRecords.BatchRequestFailed(result));
            }
            else if (_file is not null)
            {
                FilePaths.Write(this, _file.Path, () => Save(result));
            }
            else
            {
                result.InputObject = PowerShellInput(result);
                WriteObject(result);
            }
        }

        _received++;
    }

    private static object? PowerShellInput(BatchResult result)
    {
        if (result.Input.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        try
        {
            return PowerShellObjects.FromJson(result.Input, asHashtable: false);
        }
        catch (JsonException)
        {
            // Two names differ by case only, which an object cannot hold.
            return PowerShellObjects.FromJson(result.Input, asHashtable: true);
        }
    }

    private void Save(BatchResult result)
    {
        FileStream stream = _file!.Stream!;
        _writer!.Reset(stream);
        result.WriteTo(_writer);
        _writer.Flush();
        stream.WriteByte((byte)'\n');
    }
}
