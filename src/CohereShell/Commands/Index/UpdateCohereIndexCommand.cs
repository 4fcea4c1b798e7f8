using System.Diagnostics;
using System.Text;
using CohereShell.Completion;
using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Update-CohereIndex: embeds the new and changed files of folders, and removes those that are gone. See <see
/// href="https://docs.cohere.com/docs/semantic-search-embed"/>.
/// </summary>
[Cmdlet(VerbsData.Update, "CohereIndex", HelpUri = OnlineHelp.SemanticSearch, DefaultParameterSetName = SourceSet, SupportsShouldProcess = true)]
[OutputType(typeof(IndexUpdate))]
public sealed class UpdateCohereIndexCommand : CohereParallelCommand
{
    private const string SourceSet = "Source";
    private const string LiteralSourceSet = "LiteralSource";

    /// <summary>The version of the code that reads and splits documents. With a new one, all files are split again.</summary>
    private const int SplitVersion = 1;

    /// <summary>The longest name of a dataset.</summary>
    private const int LongestName = 50;

    /// <summary>The dimensions of the models that have a choice, unless a request specifies fewer.</summary>
    private const int MostDimensions = 1536;

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly ItemProgress _progress = new("Updating the index", "files read");
    private readonly Dictionary<string, List<IndexChunk>> _waiting = new(StringComparer.Ordinal);
    private IndexSources? _sources;
    private IndexStore? _store;
    private IndexJob? _job;
    private EmbedRequest _template = new();
    private Usage _usage = Usage.None;
    private Exception? _writeProblem;
    private string _path = string.Empty;
    private long _embedded;
    private long _reused;

    /// <summary>Path of the index, a .arrow file, used exactly as typed: no wildcards. A new file is created.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Folders and files to index. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = SourceSet, Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Source { get; set; } = [];

    /// <summary>Folders and files to index, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = LiteralSourceSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralSource { get; set; } = [];

    /// <summary>Includes the folders in the folders.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Names of the files in the folders to index, such as *.md. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] Filter { get; set; } = [];

    /// <summary>Encoding of text files. By default, UTF-8, or what a byte order mark tells.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    /// <summary>
    /// Maximum number of tokens of a chunk, as estimated from its characters. By default, that of the index, and for a new
    /// index 400.
    /// </summary>
    [Parameter]
    [ValidateRange(16, 100000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int MaxTokens { get; set; } = 400;

    /// <summary>
    /// Number of tokens at the end of a chunk that the next chunk repeats. The default is 40, or a quarter of -MaxTokens if
    /// that's less.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 50000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int Overlap { get; set; } = 40;

    /// <summary>The model. By default, the model of the index, and for a new index the session's embed model.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EmbedModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Number format of the embeddings. By default, that of the index, and for a new index Float.</summary>
    [Parameter]
    public EmbeddingType EmbeddingType { get; set; } = EmbeddingType.Float;

    /// <summary>Number of dimensions. By default, that of the index, and for a new index the model's maximum.</summary>
    [Parameter]
    [Alias("Dimension")]
    [ValidateSet("256", "512", "1024", "1536")]
    public int OutputDimension { get; set; }

    /// <summary>Embeds the chunks with an embed job at Cohere. A later update continues with a job that still runs.</summary>
    [Parameter]
    public SwitchParameter UseEmbedJob { get; set; }

    /// <summary>Name of the embed job and of its dataset, by which a later update finds them. By default, it contains the name of the index.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? JobName { get; set; }

    /// <summary>Maximum time to wait for the embed job, in seconds. By default, there isn't one.</summary>
    [Parameter]
    [ValidateRange(1, 604800)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int JobTimeoutSec { get; set; }

    /// <summary>Time between two status requests for the embed job, in seconds. By default, it grows from 2 to 30.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double PollingIntervalSec { get; set; }

    /// <summary>Removes all files from the index that aren't in the sources, also those of other folders.</summary>
    [Parameter]
    public SwitchParameter Prune { get; set; }

    /// <summary>
    /// Embeds all files again if the model or the number format differs from that of the index, and empties the index if
    /// the sources don't contain files any more.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The model of the index.</summary>
    internal string IndexModel { get; private set; } = string.Empty;

    /// <summary>The name of the embed job and its dataset.</summary>
    internal string JobNameOrDefault { get; private set; } = string.Empty;

    private protected override ItemProgress? Progress => _progress;

    private protected override bool PlansCalls => true;

    private bool IsEmulator => CurrentSession.IsEmulator;

    private string Settings => FormattableString.Invariant($"{SplitVersion} {MaxTokens} {Overlap} {Encoding?.WebName}");

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        // Finds the session on the pipeline thread: the calls run on other threads.
        _ = Client;

        foreach (string parameter in new[] { nameof(JobName), nameof(JobTimeoutSec) }.Where(name => IsBound(name) && !UseEmbedJob))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination($"-{parameter} requires -UseEmbedJob.", $"Add -UseEmbedJob, or leave -{parameter} out."));
        }

        _path = FilePaths.ResolveTarget(this, Path, isLiteral: true);
        if (!string.Equals(System.IO.Path.GetExtension(_path), IndexStore.Extension, StringComparison.OrdinalIgnoreCase))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue($"The name '{DisplayText.OneLine(System.IO.Path.GetFileName(_path), 100)}' doesn't end in {IndexStore.Extension}.", $"Specify a file name that ends in {IndexStore.Extension}. The index is an Apache Arrow file.", Path));
        }

        JobNameOrDefault = JobName ?? "index-" + System.IO.Path.GetFileNameWithoutExtension(_path);
        if (JobName is null && JobNameOrDefault.Length >= LongestName)
        {
            JobNameOrDefault = JobNameOrDefault.Substring(0, LongestName - 18) + "-" + IndexChunk.HashOf(JobNameOrDefault).Substring(0, 16);
        }

        if (FilePaths.ProblemOfTarget(this, _path, mayReplace: true, Force, canAppend: false) is { } problem)
        {
            ThrowTerminatingError(problem);
        }

        _sources = new IndexSources(this, _path, Recurse, Filter);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _store?.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        // The pipeline can't be written to any more.
        if (_job?.Remainder is { } remainder)
        {
            Host.UI?.WriteWarningLine(remainder);
        }
    }

    private protected override void ReadInput()
    {
        bool isLiteral = ParameterSetName == LiteralSourceSet;
        foreach (string source in isLiteral ? LiteralSource : Source)
        {
            _sources!.Add(source, isLiteral);
        }
    }

    private protected override void Complete()
    {
        Guard(() => _store = IndexStore.Open(_path, isReadOnly: IsWhatIf));
        IndexStore store = _store!;
        ChooseModel(store);
        ChooseChunkSize(store);
        RefuseDimensionOfJob();
        IndexChanges changes = FindChanges(store);
        if (IsUnsafe(changes, store))
        {
            return;
        }

        if (!ShouldProcess(_path, DisplayText.OneLine($"Update the index: {changes}", 400)) && !IsWhatIf)
        {
            return;
        }

        // An answer of no must leave the embeddings of an interrupted update as they are.
        Guard(() => store.Begin(IndexModel, EmbeddingType, OutputDimension, IsEmulator));
        if (store.Discarded > 0)
        {
            WriteWarning(FormattableString.Invariant($"An update that was interrupted had {store.Discarded} embeddings with another model, format or dimension. They can't be used."));
        }

        _progress.Total = changes.New.Count;
        bool isDone = UseEmbedJob && !IsWhatIf ? EmbedWithJob(changes, store) : true;
        if (!isDone)
        {
            WriteUpdate(changes, store, _job!.HasFailed ? IndexStatus.Incomplete : IndexStatus.Running, isWritten: false);
            return;
        }

        Embed(changes, store);
        if (IsWhatIf)
        {
            return;
        }

        Guard(() => store.Commit(changes, IsEmulator, MaxTokens, Overlap));
        _job?.Clean();
        WriteUpdate(changes, store, changes.Failed > 0 ? IndexStatus.Incomplete : store.HasChanged ? IndexStatus.Updated : IndexStatus.Unchanged, isWritten: true);
    }

    // The embeddings of an index must come from one model, in one format. To change it costs as much as a new index.
    private void ChooseModel(IndexStore store)
    {
        IndexModel = Model ?? (store.Model.Length > 0 ? store.Model : CurrentSession.EmbedModel);
        if (store.IsEmpty)
        {
            return;
        }

        string? difference =
            IndexModel != store.Model ? $"was created with the model {DisplayText.OneLine(store.Model, 60)}, and -Model is {IndexModel}"
            : IsBound(nameof(EmbeddingType)) && EmbeddingType != store.EmbeddingType ? $"contains embeddings of the type {store.EmbeddingType}, and -EmbeddingType is {EmbeddingType}"
            : OutputDimension > 0 && OutputDimension != store.Dimension ? FormattableString.Invariant($"has {store.Dimension} dimensions, and -OutputDimension is {OutputDimension}")
            : IsEmulator != store.IsEmulated ? (store.IsEmulated ? "was created by the emulator, whose embeddings can't be compared with those of Cohere" : "was created by Cohere, whose embeddings can't be compared with those of the emulator")
            : null;
        if (difference is null)
        {
            EmbeddingType = store.EmbeddingType;
            OutputDimension = OutputDimension > 0 || EmbedLimits.Of(IndexModel).HasOutputDimension && store.Dimension is 256 or 512 or 1024 or 1536 ? store.Dimension : 0;
            return;
        }

        if (!Force)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"The index '{_path}' {difference}.",
                "Specify another file for the index, or add -Force to embed all files again.",
                _path));
        }

        store.Forget();
    }

    // An embed job can't be told the dimension.
    private void RefuseDimensionOfJob()
    {
        if (UseEmbedJob && EmbedLimits.Of(IndexModel).HasOutputDimension && OutputDimension is > 0 and < MostDimensions)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                FormattableString.Invariant($"An embed job creates embeddings with {MostDimensions} dimensions, and this index has {OutputDimension}."),
                "Leave -UseEmbedJob out, or leave -OutputDimension out for a new index.",
                OutputDimension));
        }
    }

    // Another size would split all files again, and embed most of them.
    private void ChooseChunkSize(IndexStore store)
    {
        if (store.ChunkSize is { } size && !IsBound(nameof(MaxTokens)))
        {
            MaxTokens = size.MaxTokens;
            if (!IsBound(nameof(Overlap)))
            {
                Overlap = size.Overlap;
                return;
            }
        }

        CheckOverlap();
    }

    private void CheckOverlap()
    {
        if (!IsBound(nameof(Overlap)))
        {
            Overlap = Math.Min(Overlap, MaxTokens / 4);
        }
        else if (Overlap > MaxTokens / 2)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                FormattableString.Invariant($"-Overlap {Overlap} is more than half of -MaxTokens {MaxTokens}."),
                "Specify a smaller -Overlap or a larger -MaxTokens.",
                Overlap));
        }
    }

    private IndexChanges FindChanges(IndexStore store)
    {
        var changes = new IndexChanges();
        string settings = Settings;
        var problems = new List<(string Path, Exception Problem)>();
        // Needs the thread of the pipeline: reading a pipe wouldn't end.
        string[] files = _sources!.Files.Where(path => IsFile(path, problems)).ToArray();
        IndexFile?[] found = Run(token => Task.Run(
            () => files.Select(path =>
            {
                try
                {
                    return new IndexFile(path, IndexChunk.HashOfFile(path, settings, token), File.GetLastWriteTimeUtc(path), store.Contains(path));
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
                {
                    problems.Add((path, exception));
                    return null;
                }
            }).ToArray(),
            token));
        foreach ((string path, Exception problem) in problems)
        {
            changes.AddUnreadable(path);
            WriteError(ErrorRecords.FileNotReadable(path, problem));
        }

        foreach (IndexFile file in found.OfType<IndexFile>())
        {
            if (store.Contains(file.Path, file.Hash))
            {
                changes.AddUnchanged(file.Path);
            }
            else
            {
                changes.AddNew(file);
            }
        }

        foreach (string path in store.Paths.Where(path => !_sources.Contains(path)))
        {
            // If a folder can't be read, its files may still be there.
            if (!_sources.HasFailed && (Prune || _sources.Covers(path)))
            {
                changes.AddRemoved();
            }
            else
            {
                changes.AddElsewhere(path);
            }
        }

        return changes;
    }

    private static bool IsFile(string path, List<(string Path, Exception Problem)> problems)
    {
        try
        {
            FilePaths.RefuseDevice(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add((path, exception));
            return false;
        }
    }

    // A share that isn't mounted is an empty folder. It must not empty the index, which cost money.
    private bool IsUnsafe(IndexChanges changes, IndexStore store)
    {
        if (Force)
        {
            return false;
        }

        if (!_sources!.HasFailed && _sources.FirstEmptied(store.Paths) is { } emptied)
        {
            WriteError(ErrorRecords.InvalidValue(
                $"The folder '{emptied}' contains no file that can be read, and the index has files of it. The index hasn't changed.",
                "Check that the folder is available. To remove its files from the index, add -Force.",
                emptied));
            return true;
        }

        if (_sources.Files.Count > 0)
        {
            return false;
        }

        if (_sources.HasFailed)
        {
            // The errors say what is missing.
            return true;
        }

        if (store.IsEmpty || changes.Removed > 0)
        {
            WriteError(ErrorRecords.InvalidValue(
                "The sources contain no file that can be read. The index hasn't changed.",
                store.IsEmpty ? "Check -Source, -Filter and -Recurse." : "Check that the folder is available. To remove its files from the index, add -Force.",
                _sources.Folders.Count > 0 ? _sources.Folders[0] : null));
            return true;
        }

        return false;
    }

    private bool EmbedWithJob(IndexChanges changes, IndexStore store)
    {
        _job = new IndexJob(this);
        try
        {
            Dataset? dataset = _job.Unfinished();
            for (bool isUploaded = false; !isUploaded;)
            {
                if (dataset is null)
                {
                    using DatasetRows rows = Missing(changes, store);
                    if (rows.Count == 0)
                    {
                        return true;
                    }

                    dataset = _job.Upload(rows);
                    isUploaded = true;
                }

                if (!_job.TryFinish(dataset, embedding => Guard(() => store.AppendText(embedding))))
                {
                    return false;
                }

                Guard(store.Flush);
                // The texts of an earlier job may have changed since.
                _job.Clean();
                dataset = null;
            }

            // What the result of the job lacks is embedded with calls. Another job could lack it too, and costs money each time.
            return true;
        }
        catch (CohereException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(_path));
            throw;
        }
    }

    // The texts without an embedding, each once.
    private DatasetRows Missing(IndexChanges changes, IndexStore store)
    {
        DatasetRows? rows = null;
        FilePaths.Write(this, System.IO.Path.GetTempPath(), () => rows = new DatasetRows(DatasetTypes.EmbedInput, new DatasetRules(DatasetTypes.EmbedInput, [IndexJob.HashField], false, null), null, [IndexJob.HashField]));
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (IndexFile file in changes.New)
        {
            foreach (IndexChunk chunk in Read(file, changes, isSilent: true) ?? [])
            {
                if (store.Has(chunk) || store.Knows(chunk.TextHash) || !known.Add(chunk.TextHash))
                {
                    continue;
                }

                var row = new PSObject();
                row.Properties.Add(new PSNoteProperty("text", chunk.Text));
                row.Properties.Add(new PSNoteProperty(IndexJob.HashField, chunk.TextHash));
                Guard(() => rows!.TryAdd(row, out _));
            }
        }

        return rows!;
    }

    private void Embed(IndexChanges changes, IndexStore store)
    {
        _template = new EmbedRequest
        {
            Model = IndexModel,
            InputType = EmbedInputType.SearchDocument,
            OutputDimension = OutputDimension > 0 ? OutputDimension : null,
            EmbeddingTypes = [EmbeddingType],
        };
        int batchSize = Operations.Embed.Limits.First(limit => limit.Unit == LimitUnit.Inputs).BestBatchSize(CurrentSession.KeyType, EmbedRequest.MaxInputs);
        var calls = new BatchedCalls<IndexChunk, Embedding>(this, batchSize, ThrottleLimit, SendAsync, (_, _) => CheckWritten(), (chunk, failure) => Fail(chunk, failure, changes));
        foreach (IndexFile file in changes.New)
        {
            foreach (IndexChunk chunk in Read(file, changes, isSilent: false) ?? [])
            {
                if (NeedsCall(chunk, store))
                {
                    calls.Add(chunk);
                }
            }

            _progress.Add(this);
        }

        calls.Complete();
        CheckWritten();
    }

    private bool NeedsCall(IndexChunk chunk, IndexStore store)
    {
        bool needsCall = false;
        Guard(() =>
        {
            lock (_waiting)
            {
                if (store.Has(chunk))
                {
                    return;
                }

                if (store.TryReuse(chunk))
                {
                    _reused++;
                }
                else if (_waiting.TryGetValue(chunk.TextHash, out List<IndexChunk>? others))
                {
                    // A call with the same text is in flight.
                    others.Add(chunk);
                }
                else
                {
                    _waiting.Add(chunk.TextHash, []);
                    needsCall = true;
                }
            }
        });
        return needsCall;
    }

    private IReadOnlyList<IndexChunk>? Read(IndexFile file, IndexChanges changes, bool isSilent)
    {
        DocumentFile content;
        try
        {
            content = Await(DocumentInput.Files.ReadAsync(file.Path, Encoding, Ending));
            if (content.NoText is { } noText && content.Kind == DocumentKind.Pdf)
            {
                throw noText;
            }
        }
        catch (Exception exception) when (exception is CohereException or WrongEncodingException)
        {
            if (!isSilent)
            {
                WriteError(DocumentInput.ErrorOf(exception, file.Path));
                if (exception is CohereException { Reason: ErrorReason.DocumentHasNoText })
                {
                    changes.AddIncomplete(file.Path);
                }
                else
                {
                    changes.AddUnreadable(file.Path);
                }
            }

            return null;
        }

        if (content.Documents.Count == 0)
        {
            if (!isSilent)
            {
                changes.AddEmpty(file.Path);
                WriteWarning($"The file '{file.Path}' contains no text.");
            }

            return null;
        }

        var splitter = new TextSplitter(MaxTokens, TextUnit.EstimatedTokens, Overlap);
        TextChunk[] chunks = content.Documents.SelectMany(splitter.Split).ToArray();
        return chunks.Select((chunk, number) => new IndexChunk
        {
            Path = file.Path,
            FileHash = file.Hash,
            Number = number,
            Count = chunks.Length,
            Text = chunk.Text,
            Title = chunk.Title,
            Heading = chunk.Heading,
            Page = chunk.Page,
            Offset = chunk.Offset,
            LastWriteTime = file.LastWriteTime,
        }).ToArray();
    }

    private async Task<IReadOnlyList<Embedding>> SendAsync(IReadOnlyList<IndexChunk> batch, CancellationToken cancellationToken)
    {
        EmbedResponse response = await Client.Embeddings.EmbedAsync(
            _template with { Texts = batch.Select(chunk => chunk.Text).ToArray() },
            Options,
            cancellationToken).ConfigureAwait(false);
        try
        {
            // Written now, because it is paid for.
            lock (_waiting)
            {
                _usage = _usage.Plus(response.Usage);
                _embedded += batch.Count;
                for (int index = 0; index < batch.Count; index++)
                {
                    _store!.Append(batch[index], response.Embeddings[index]);
                    foreach (IndexChunk other in _waiting[batch[index].TextHash])
                    {
                        _reused++;
                        _store.Append(other, response.Embeddings[index]);
                    }

                    _waiting.Remove(batch[index].TextHash);
                }

                _store!.Flush();
            }
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception) || exception is EmbeddingException or EmbeddingFileException)
        {
            _writeProblem = exception;
        }

        return response.Embeddings;
    }

    private void CheckWritten()
    {
        if (_writeProblem is { } problem)
        {
            Guard(() => throw problem);
        }
    }

    private void Fail(IndexChunk chunk, CohereException failure, IndexChanges changes)
    {
        List<IndexChunk> others;
        lock (_waiting)
        {
            others = _waiting[chunk.TextHash];
            _waiting.Remove(chunk.TextHash);
        }

        if (failure is PlannedCallException)
        {
            return;
        }

        foreach (IndexChunk each in others.Prepend(chunk))
        {
            changes.AddIncomplete(each.Path);
            WriteFailure(failure, each.Path, each.Path);
        }
    }

    private void WriteUpdate(IndexChanges changes, IndexStore store, IndexStatus status, bool isWritten) => WriteObject(new IndexUpdate
    {
        Path = _path,
        Status = status,
        // Without the embeddings of the job, the index stays as it is.
        Added = isWritten ? changes.Added : 0,
        Changed = isWritten ? changes.Changed : 0,
        Removed = isWritten ? changes.Removed : 0,
        Unchanged = changes.Unchanged + changes.Elsewhere,
        Failed = changes.Failed,
        Embedded = _embedded,
        Reused = _reused,
        Files = store.FileCount,
        Chunks = store.ChunkCount,
        Model = IndexModel,
        JobId = _job?.JobId,
        Usage = _usage,
        Elapsed = _elapsed.Elapsed,
    });

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (EmbeddingFileException exception)
        {
            ThrowTerminatingError(ErrorRecords.IndexNotReadable(_path, exception));
        }
        catch (EmbeddingException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(_path));
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception))
        {
            ThrowTerminatingError(ErrorRecords.FileNotWritable(_path, exception));
        }
    }
}
