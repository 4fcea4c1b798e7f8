using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Receive-CohereBatch: gets the results of batches, each with its request, as objects or in a file.</summary>
// Objects must be the default set. Otherwise, PowerShell binds the batch's id and not the batch.
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

    /// <summary>Ids of the batches.</summary>
    [Parameter(ParameterSetName = IdSet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation(typeof(Batch), nameof(Batch.BatchId))]
    [ArgumentCompleter(typeof(BatchIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] BatchId { get; set; } = [];

    /// <summary>Batch from another batch cmdlet.</summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public Batch? InputObject { get; set; }

    /// <summary>Path of a JSON Lines file for the results of all batches, used exactly as typed: no wildcards.</summary>
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

        // The path is literal, like -OutFile of Invoke-WebRequest.
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
        Items = _progress;
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
        base.EndProcessing();
        if (_file is null)
        {
            return;
        }

        if (_received < _asked)
        {
            WriteWarning(DisplayText.Sanitize($"'{_file.Path}' wasn't written, because some of the batches couldn't be received."));
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
            // Deletes the temporary file unless it's complete. On a full disk, the writer still has text for it, which it
            // would try to write again.
            _file?.Dispose();
            _writer?.Reset(Stream.Null);
            _writer?.Dispose();
        }
    }

    private static bool IsDone(Batch batch) => batch is { Status: BatchStatus.Completed, OutputDatasetId.Length: > 0 };

    private Batch Get(string id) => Run(token => Client.Batches.GetAsync(id, Options, token));

    private void Receive(Batch batch)
    {
        if (string.IsNullOrEmpty(batch.OutputDatasetId))
        {
            WriteError(batch.Status is BatchStatus.Failed or BatchStatus.Canceled or BatchStatus.Completed
                ? ErrorRecords.JobFailed($"The batch '{batch.BatchId}' has no results: it is {batch.Status.ToString().ToLowerInvariant()}{(string.IsNullOrWhiteSpace(batch.StatusReason) ? "." : $": {batch.StatusReason}")}", "Start a new batch with Start-CohereBatch. The target object of this error is the batch.", batch)
                : ErrorRecords.JobNotDone("batch", batch.BatchId, batch.Status.ToString(), $"Wait-CohereBatch -BatchId {PowerShellText.Quote(batch.BatchId)} | Receive-CohereBatch", batch));
            return;
        }

        void WarnOfDeletedRequests() => Post(() => WriteWarning(DisplayText.Sanitize($"The requests of the batch '{batch.BatchId}' were deleted. The results don't include them.")));
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
            // Two names differ only by case. An object can't contain both, but a hashtable can.
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
