using System.Diagnostics;
using System.Text;
using CohereShell.Completion;
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

    /// <summary>The longest name of a dataset.</summary>
    internal const int LongestName = 49;

    /// <summary>The dimensions of the models that have a choice, unless a request specifies fewer.</summary>
    private const int MostDimensions = 1536;

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly ItemProgress _progress = new("Updating the index", "files read");
    private IndexSources? _sources;
    private IndexStore? _store;
    private IndexJob? _job;
    private IndexScans? _scans;
    private IndexSpool? _chunks;
    private string _path = string.Empty;

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

    /// <summary>Sends images and scanned pages to the service, which reads their text.</summary>
    [Parameter]
    public SwitchParameter Parse { get; set; }

    /// <summary>The model for -Parse. By default, parse-v5.0.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ParseModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ParseModel { get; set; }

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

    private protected override string? PlanNote => _scans?.Planned > 0 ? "The text of scanned pages isn't known yet, so the calls that embed it aren't included." : null;

    private protected override ItemProgress? Progress => _progress;

    // The items are files, and a file can have several errors.
    private protected override bool CountsErrors => false;

    private protected override bool PlansCalls => true;

    private bool IsEmulator => CurrentSession.IsEmulator;

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

        if (ParseModel is not null && !Parse)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-ParseModel requires -Parse.", "Add -Parse, or leave -ParseModel out."));
        }

        if (EmbeddingType == EmbeddingType.Base64)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue("An index can't contain embeddings of the type Base64.", "Specify Float, which has the same numbers, or Int8, Uint8, Binary or Ubinary.", EmbeddingType));
        }

        _path = FilePaths.ResolveTarget(this, Path, isLiteral: true);
        if (!string.Equals(System.IO.Path.GetExtension(_path), IndexStore.Extension, StringComparison.OrdinalIgnoreCase))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue($"The name '{DisplayText.OneLine(System.IO.Path.GetFileName(_path), 100)}' doesn't end in {IndexStore.Extension}.", $"Specify a file name that ends in {IndexStore.Extension}. The index is an Apache Arrow file.", Path));
        }

        if (FilePaths.ProblemOfTarget(this, _path, mayReplace: true, Force, canAppend: false) is { } problem)
        {
            ThrowTerminatingError(problem);
        }

        _sources = new IndexSources(this, _path, Recurse, Parse, Filter);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _chunks?.Dispose();
            _scans?.Dispose();
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
        var comparison = new IndexComparison(this, _sources!, store);
        IndexChanges changes = comparison.Compare(IndexReader.Settings(Encoding, MaxTokens, Overlap), Parse, Prune);
        if (!Force && comparison.IsUnsafe(changes))
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

        Guard(() => _scans = new IndexScans(store.Beside(IndexScans.Extension), isReadOnly: IsWhatIf, IsEmulator));
        _progress.Total = changes.New.Count;
        var embedder = new IndexEmbedder(this, store, changes);
        var reader = new IndexReader(this, changes, _scans!, embedder);
        if (!UseEmbedJob || IsWhatIf)
        {
            reader.Read(embedder.Add);
        }
        else if (!EmbedWithJob(store, reader, embedder))
        {
            WriteUpdate(changes, store, embedder, _job!.HasFailed ? IndexStatus.Incomplete : IndexStatus.Running, isWritten: false);
            return;
        }

        embedder.Complete();
        if (IsWhatIf)
        {
            return;
        }

        Guard(() => store.Commit(changes, IsEmulator, MaxTokens, Overlap));
        _job?.Clean();
        if (!_sources!.HasFailed)
        {
            Guard(() => _scans!.Clean(path => _sources.Contains(path) || changes.Keeps(path) || (!Prune && !_sources.Covers(path))));
        }

        WriteUpdate(changes, store, embedder, changes.Failed > 0 ? IndexStatus.Incomplete : store.HasChanged ? IndexStatus.Updated : IndexStatus.Unchanged, isWritten: true);
    }

    private bool EmbedWithJob(IndexStore store, IndexReader reader, IndexEmbedder embedder)
    {
        Guard(() => JobNameOrDefault = JobName ?? store.PendingJob ?? NameOfJob(store.Key));
        _job = new IndexJob(this);
        FilePaths.Write(this, IndexSpool.Folder, () => _chunks = new IndexSpool());
        try
        {
            if (!new IndexJobRun(this, _job, store, reader, embedder, _chunks!).TryFinish())
            {
                return false;
            }

            foreach (IndexChunk chunk in _chunks!.Read())
            {
                embedder.Add(chunk);
            }

            return true;
        }
        catch (CohereException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(_path));
            throw;
        }
    }

    private string NameOfJob(string key)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(_path);
        int longest = LongestName - "index--".Length - key.Length;
        if (name.Length > longest)
        {
            // Half of a character of two parts isn't a text.
            name = name.Substring(0, char.IsHighSurrogate(name[longest - 1]) ? longest - 1 : longest);
        }

        return $"index-{name}-{key}";
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

    private void WriteUpdate(IndexChanges changes, IndexStore store, IndexEmbedder embedder, IndexStatus status, bool isWritten) => WriteObject(new IndexUpdate
    {
        Path = _path,
        Status = status,
        // Without the embeddings of the job, the index stays as it is.
        Added = isWritten ? changes.Added : 0,
        Changed = isWritten ? changes.Changed : 0,
        Removed = isWritten ? changes.Removed : 0,
        Unchanged = changes.Unchanged + changes.Elsewhere,
        Failed = changes.Failed,
        Embedded = embedder.Embedded,
        Parsed = _scans!.Sent,
        Reused = embedder.Reused,
        Files = store.FileCount,
        Chunks = store.ChunkCount,
        Model = IndexModel,
        JobId = _job?.JobId,
        Usage = embedder.Usage.Plus(_scans.Usage),
        Elapsed = _elapsed.Elapsed,
    });

    /// <summary>Reads or writes the index. A problem of its file ends the command with an error.</summary>
    internal void Guard(Action action)
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
