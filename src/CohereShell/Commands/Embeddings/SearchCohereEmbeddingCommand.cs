using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Search-CohereEmbedding: finds the embeddings that are closest to a query. It doesn't keep the others in memory.
/// </summary>
[Cmdlet(VerbsCommon.Search, "CohereEmbedding", HelpUri = OnlineHelp.SemanticSearch, DefaultParameterSetName = EmbeddingSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(EmbeddingMatch))]
public sealed class SearchCohereEmbeddingCommand : CohereApiCommand
{
    private const string EmbeddingSet = "Embedding";

    // The number of candidates to begin with, if a condition can refuse them.
    private const int FewestCandidates = 100;
    private const int WideningFactor = 10;

    // The first embedding of a file tells how to embed the query. If it's unusable, one of the next does.
    private const int MostSamples = 100;

    private BestMatches<Embedding>? _matches;
    private IDisposable? _file;
    private EmbeddingComparer? _comparer;
    private bool _isPlanned;
    private string? _queryText;
    private long _position;

    /// <summary>What to search for: a text, which is embedded once, an embedding, or a list of numbers.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? Query { get; set; }

    /// <summary>The embeddings to search: embeddings, matches of another search, lists of numbers, or files of embeddings.</summary>
    [Parameter(ParameterSetName = EmbeddingSet, Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? Embedding { get; set; }

    /// <summary>Paths of files of embeddings. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of files of embeddings, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The column of texts in an Arrow file that another program wrote.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet)]
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? TextColumn { get; set; }

    /// <summary>The column of vectors in an Arrow file that another program wrote.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet)]
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? VectorColumn { get; set; }

    /// <summary>
    /// Condition that a match must meet. $_ is its input object, or the embedding if it has none. It's only evaluated for
    /// embeddings that could be among the matches.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public ScriptBlock? Where { get; set; }

    /// <summary>Maximum number of matches. The default is 10.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int Top { get; set; } = 10;

    /// <summary>Minimum score of a match. By default, there isn't one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double MinimumScore { get; set; }

    /// <summary>How embeddings are compared with the query. The default is Cosine.</summary>
    [Parameter]
    public SimilarityMetric Metric { get; set; } = SimilarityMetric.Cosine;

    /// <summary>The model that embeds the query. By default, the model of the first embedding.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EmbedModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    // A query that is an embedding makes no call, so there is nothing to plan or to confirm.
    private protected override bool PlansCalls => _queryText is not null;

    private protected override bool ConfirmsCalls => _queryText is not null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Metric == SimilarityMetric.Euclidean && IsBound(nameof(MinimumScore)))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "-MinimumScore can't be combined with -Metric Euclidean: the best distance is the smallest one.",
                "Leave -MinimumScore out and filter the matches: Where-Object Score -le 0.8"));
        }

        _matches = new BestMatches<Embedding>(Top, IsLessBetter);
        if (PowerShellJson.Unwrap(Query) is not string text)
        {
            TakeVector();
            return;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue("The query is empty. Nothing was sent for it.", "Specify with -Query what to search for.", Query));
        }

        _queryText = text;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_isPlanned || !IsConfirmed)
        {
            return;
        }

        try
        {
            SearchInput();
        }
        catch (PlannedCallException)
        {
            // -WhatIf needs only the first embedding.
            _isPlanned = true;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (Plan is { } plan)
        {
            Show(plan);
            return;
        }

        int rank = 0;
        foreach ((Embedding embedding, double score) in _matches!.Ranked())
        {
            WriteObject(new EmbeddingMatch(embedding, ++rank, score));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _file?.Dispose();
        }
    }

    private bool IsLessBetter => Metric == SimilarityMetric.Euclidean;

    private double? Minimum => IsBound(nameof(MinimumScore)) ? MinimumScore : null;

    private void SearchInput()
    {
        if (ParameterSetName != EmbeddingSet)
        {
            foreach (string path in FilePaths.Given(this, Path, LiteralPath))
            {
                SearchFile(path);
            }

            return;
        }

        foreach (object? item in EmbeddingInputs.Enumerate(Embedding))
        {
            // A large array arrives as one record. Ctrl+C must not wait for its end.
            if (Stopping)
            {
                throw new PipelineStoppedException();
            }

            if (PowerShellJson.Unwrap(item) is FileInfo file)
            {
                SearchFile(file.FullName);
                continue;
            }

            try
            {
                Score(EmbeddingInputs.Convert(item, _position), _position++);
            }
            catch (EmbeddingException exception)
            {
                WriteError(exception.ToErrorRecord(item));
            }
        }
    }

    private void SearchFile(string path)
    {
        try
        {
            FileStream stream = FilePaths.OpenRead(path);
            _file = stream;
            if (EmbeddingFile.FormatOf(stream) == EmbeddingFileFormat.Arrow)
            {
                using IEmbeddingTable table = LibraryLoader.EmbeddingFormat.Value.OpenTable(stream, new EmbeddingColumns(TextColumn, VectorColumn));
                SearchTable(table, path);
            }
            else
            {
                using IEmbeddingReader reader = EmbeddingFile.Open(stream, LibraryLoader.EmbeddingFormat);
                SearchRows(reader, path);
            }
        }
        catch (EmbeddingFileException exception)
        {
            WriteError(ErrorRecords.EmbeddingFileNotReadable(path, exception));
        }
        catch (EmbeddingException exception)
        {
            WriteError(exception.ToErrorRecord(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.FileNotReadable(path, exception));
        }
        finally
        {
            _file?.Dispose();
        }
    }

    private void SearchRows(IEmbeddingReader reader, string path)
    {
        while (true)
        {
            if (Stopping)
            {
                throw new PipelineStoppedException();
            }

            try
            {
                if (reader.Read() is not { } embedding)
                {
                    return;
                }

                EmbeddingInputs.Complete(embedding);
                try
                {
                    Score(embedding, _position++);
                }
                catch (EmbeddingException exception)
                {
                    WriteError(exception.ToErrorRecord(embedding));
                }
            }
            catch (EmbeddingFileException exception) when (!exception.IsLast)
            {
                WriteError(ErrorRecords.EmbeddingFileNotReadable(path, exception));
            }
        }
    }

    private void SearchTable(IEmbeddingTable table, string path)
    {
        if (!table.IsComplete)
        {
            WriteError(ErrorRecords.EmbeddingFileNotReadable(path, new EmbeddingFileException(FormattableString.Invariant($"The file is incomplete: it ends after record {table.Count}, because its writer was interrupted or the file was cut off. The records before it are searched."), isLast: true)));
        }

        if (table.Count == 0)
        {
            return;
        }

        CheckModel(table.Model);
        EmbeddingComparer comparer = _comparer ??= EmbedQuery(Sample(table));
        long start = _position;
        _position += table.Count;
        int seen = 0;
        int found = 0;
        // More candidates than matches, because the condition refuses some. If it refuses too many, there are more.
        for (long limit = Where is null ? Top : Math.Max(FewestCandidates, 2L * Top); ; limit *= WideningFactor)
        {
            int top = (int)Math.Min(limit, int.MaxValue);
            EmbeddingScan scan = Run(token => Task.Run(() => table.Search(new EmbeddingSearch(comparer, top, IsLessBetter, Minimum), token), token));
            if (seen == 0)
            {
                Report(scan, path);
            }

            for (; seen < scan.Best.Count && found < Top; seen++)
            {
                if (Stopping)
                {
                    throw new PipelineStoppedException();
                }

                (long position, double score) = scan.Best[seen];
                if (!_matches!.Keeps(score, start + position))
                {
                    return;
                }

                Embedding embedding = table.Read(position);
                EmbeddingInputs.Complete(embedding);
                if (Meets(embedding))
                {
                    _matches.Add(embedding, score, start + position);
                    found++;
                }
            }

            if (found >= Top || scan.Best.Count < top || top == int.MaxValue)
            {
                return;
            }
        }
    }

    private void Report(EmbeddingScan scan, string path)
    {
        if (scan.Reason is { } reason)
        {
            WriteError(new EmbeddingException(reason.Problem, FormattableString.Invariant($"{path}: {scan.Refused} {(scan.Refused == 1 ? "embedding" : "embeddings")} can't be compared. The first is record {scan.FirstRefused + 1}: {reason.Message}"), reason).ToErrorRecord(path));
        }
    }

    private Embedding Sample(IEmbeddingTable table)
    {
        for (long position = 0; ; position++)
        {
            Embedding sample = table.Read(position);
            try
            {
                _ = new EmbeddingComparer(sample, Metric);
                return sample;
            }
            catch (EmbeddingException) when (position + 1 < Math.Min(table.Count, MostSamples))
            {
                // The search reports it.
            }
        }
    }

    private bool Meets(Embedding embedding) =>
        Where is null || LanguagePrimitives.IsTrue(Where.InvokeWithContext(null, [new PSVariable("_", embedding.InputObject ?? embedding)]));

    private void Score(Embedding embedding, long position)
    {
        CheckModel(embedding.Model);
        _comparer ??= EmbedQuery(embedding);
        double score = _comparer.Compare(embedding);
        if ((Minimum is not { } minimum || score >= minimum) && _matches!.Keeps(score, position) && Meets(embedding))
        {
            _matches.Add(embedding, score, position);
        }
    }

    private void CheckModel(string model)
    {
        if (Model is not null && model.Length > 0 && model != Model)
        {
            throw new EmbeddingException(EmbeddingProblem.ModelMismatch, $"The embedding is from the model {model}, and the query is from {Model}.");
        }
    }

    private void TakeVector()
    {
        try
        {
            object?[] queries = EmbeddingInputs.Enumerate(Query).Take(2).ToArray();
            if (queries.Length > 1)
            {
                ThrowTerminatingError(ErrorRecords.InvalidValue("-Query must be one text or one embedding, and this is a list of several.", "Search for each of them: $queries | ForEach-Object { Search-CohereEmbedding $_ $embeddings }", Query));
            }

            Embedding query = EmbeddingInputs.Convert(queries[0], 0);
            if (Model is not null && query.Model.Length > 0 && query.Model != Model)
            {
                ThrowTerminatingError(ErrorRecords.InvalidCombination($"The query was embedded with {DisplayText.OneLine(query.Model, 60)}, but -Model is {Model}.", "Leave -Model out: the query is already embedded.", Query));
            }

            _comparer = new EmbeddingComparer(query, Metric);
        }
        catch (EmbeddingException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(Query));
        }
    }

    // The query needs the model, dimension and format of the first embedding. Without the query, nothing can be
    // ranked, so any failure here ends the command.
    private EmbeddingComparer EmbedQuery(Embedding first)
    {
        // An embedding without numbers causes a separate error and can't be used as the sample.
        _ = new EmbeddingComparer(first, Metric);
        string model = Model ?? first.Model;
        if (model.Length == 0)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("The embeddings don't name their model.", "Specify with -Model the model that created them. The query must be embedded with the same model.", first));
        }

        try
        {
            EmbedResponse response = Run(token => Client.Embeddings.EmbedAsync(
                SearchQuery.For(_queryText!, model, first),
                Options,
                token));
            return new EmbeddingComparer(response.Embeddings[0], Metric);
        }
        catch (CohereException exception) when (exception is not PlannedCallException)
        {
            ThrowTerminatingError(exception.ToErrorRecord(Query));
        }
        catch (EmbeddingException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(Query));
        }

        throw new PipelineStoppedException();
    }
}
