using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Search-CohereIndex: finds the passages of an index that are closest to a question. See <see
/// href="https://docs.cohere.com/docs/semantic-search-embed"/>.
/// </summary>
[Cmdlet(VerbsCommon.Search, "CohereIndex", HelpUri = OnlineHelp.SemanticSearch, DefaultParameterSetName = FilePaths.PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(IndexMatch))]
public sealed class SearchCohereIndexCommand : CohereApiCommand
{
    /// <summary>The number of candidates for each match that a rerank compares.</summary>
    private const int CandidatesPerMatch = 10;

    private readonly List<(string Path, IEmbeddingTable Table)> _indexes = [];
    private bool _takesIndexes;

    /// <summary>Paths of the indexes. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = FilePaths.PathSet, Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of the indexes, used exactly as typed: no wildcards.</summary>
    [Parameter(ParameterSetName = FilePaths.LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The question or the words to search for.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string Query { get; set; } = string.Empty;

    /// <summary>Maximum number of matches. The default is 5.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int Top { get; set; } = 5;

    /// <summary>Minimum score of a match. By default, there isn't one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? MinimumScore { get; set; }

    /// <summary>Ranks the best candidates again by their text, with a rerank model.</summary>
    [Parameter]
    public SwitchParameter Rerank { get; set; }

    /// <summary>The rerank model. By default, the session's.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RerankModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? RerankModel { get; set; }

    private protected override bool PlansCalls => true;

    private protected override bool ConfirmsCalls => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (RerankModel is not null && !Rerank)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-RerankModel requires -Rerank.", "Add -Rerank, or leave -RerankModel out.", RerankModel));
        }

        // Files from the pipeline are indexes, and then the query is a parameter. It's searched for when all are known.
        _takesIndexes = MyInvocation.ExpectingInput && !IsBound(nameof(Path)) && !IsBound(nameof(LiteralPath));
        if (!_takesIndexes)
        {
            OpenGiven();
        }
        else if (!IsBound(nameof(Query)))
        {
            // PowerShell would give a file to both parameters.
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "Neither the index nor the question is a parameter, and both can't come from the pipeline.",
                "Specify the index with -Path, and pipe questions. Or specify the question with -Query, and pipe the files of indexes."));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            foreach ((_, IEmbeddingTable table) in _indexes)
            {
                table.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!_takesIndexes)
        {
            Search();
            return;
        }

        OpenGiven();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_takesIndexes)
        {
            Search();
        }

        base.EndProcessing();
        if (Plan is { } plan && _indexes.Count > 0)
        {
            Show(plan);
        }
    }

    private void OpenGiven()
    {
        foreach (string path in FilePaths.Given(this, Path, LiteralPath))
        {
            try
            {
                Open(path);
            }
            catch (EmbeddingFileException exception)
            {
                WriteError(ErrorRecords.IndexNotReadable(path, exception));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                WriteError(ErrorRecords.FileNotReadable(path, exception));
            }
        }
    }

    private void Search()
    {
        if (_indexes.Count == 0)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(Query))
        {
            WriteError(ErrorRecords.InvalidValue("The query is blank. Nothing was sent for it.", "Specify a question or keywords.", Query));
            return;
        }

        if (!IsConfirmed)
        {
            return;
        }

        try
        {
            if (Plan is not null)
            {
                PlanCalls();
                return;
            }

            IReadOnlyList<IndexMatch> found = Find(Candidates);
            foreach (IndexMatch match in (Rerank ? Reranked(found) : found).Where(match => MinimumScore is not { } least || match.Score >= least))
            {
                WriteObject(match);
            }
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, Query);
        }
        catch (EmbeddingException exception)
        {
            WriteError(exception.ToErrorRecord(Query));
        }
        catch (EmbeddingFileException exception)
        {
            ThrowTerminatingError(ErrorRecords.IndexNotReadable(_indexes[0].Path, exception));
        }
    }

    private int Candidates => Rerank ? Math.Min(RerankRequest.MaxDocuments, Top * CandidatesPerMatch) : Top;

    private void PlanCalls()
    {
        AddToPlan(() => Find(Candidates));
        if (!Rerank)
        {
            return;
        }

        // The candidates of a search that isn't made aren't known. The first passages of the index stand for them: a rerank
        // is billed by their number.
        IEmbeddingTable table = _indexes[0].Table;
        IndexMatch[] candidates = Enumerable.Range(0, (int)Math.Min(Candidates, _indexes.Sum(index => index.Table.Count)))
            .Select(rank => MatchOf(0, rank % table.Count, 0, rank + 1))
            .ToArray();
        AddToPlan(() => Reranked(candidates));
    }

    // A call that is planned ends with this exception, and isn't sent.
    private static void AddToPlan(Func<IReadOnlyList<IndexMatch>> call)
    {
        try
        {
            _ = call();
        }
        catch (PlannedCallException)
        {
            // It's in the plan now.
        }
    }

    private IReadOnlyList<IndexMatch> Reranked(IReadOnlyList<IndexMatch> candidates)
    {
        if (candidates.Count == 0)
        {
            return candidates;
        }

        RerankResponse response = Run(token => Client.Rerank.RerankAsync(
            new RerankRequest { Model = RerankModel, Query = Query, Documents = candidates.Select(candidate => candidate.Text).ToArray(), TopN = Math.Min(Top, candidates.Count) },
            Options,
            token));
        return response.Results.Take(Top).Select((result, index) => candidates[result.Index].With(index + 1, result.RelevanceScore)).ToArray();
    }

    private void Open(string path)
    {
        IEmbeddingTable table = IndexStore.OpenTable(path);
        if (table.Count == 0)
        {
            table.Dispose();
            return;
        }

        if (!table.IsComplete)
        {
            WriteWarning(DisplayText.Sanitize($"The index '{path}' isn't complete, so matches can be missing. To complete it, update it with Update-CohereIndex."));
        }

        _indexes.Add((path, table));
        if (table.Model != _indexes[0].Table.Model)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"The indexes have different models: {DisplayText.OneLine(_indexes[0].Table.Model, 60)} and {DisplayText.OneLine(table.Model, 60)}.",
                "Search the indexes of each model in a separate command.",
                path));
        }

        if (IndexStore.IsFromEmulator(table) != CurrentSession.IsEmulator)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"The index '{path}' was created by {(CurrentSession.IsEmulator ? "Cohere, and the session uses the emulator" : "the emulator, and the session uses Cohere")}. Their embeddings can't be compared.",
                CurrentSession.IsEmulator ? "Connect to Cohere: Connect-Cohere" : "Connect to the emulator with Connect-Cohere -Emulator, or create the index again with Update-CohereIndex -Force.",
                path));
        }
    }

    private IReadOnlyList<IndexMatch> Find(int top)
    {
        EmbedResponse response = Run(token => Client.Embeddings.EmbedAsync(SearchQuery.For(Query, _indexes[0].Table.Model, _indexes[0].Table.Read(0)), Options, token));
        var comparer = new EmbeddingComparer(response.Embeddings[0], SimilarityMetric.Cosine);
        var best = new BestMatches<(int Index, long Position)>(top, isLessBetter: false);
        long start = 0;
        // The relevance of a rerank isn't known yet.
        var search = new EmbeddingSearch(comparer, top, IsLessBetter: false, Rerank ? null : MinimumScore);
        for (int index = 0; index < _indexes.Count; index++)
        {
            (string path, IEmbeddingTable table) = _indexes[index];
            try
            {
                EmbeddingScan scan = Run(token => Task.Run(() => table.Search(search, token), token));
                foreach ((long position, double score) in scan.Best)
                {
                    best.Add((index, position), score, start + position);
                }
            }
            catch (EmbeddingFileException exception)
            {
                WriteError(ErrorRecords.IndexNotReadable(path, exception));
            }
            catch (EmbeddingException exception)
            {
                WriteError(exception.ToErrorRecord(path));
            }

            start += table.Count;
        }

        return best.Ranked().Select((match, rank) => MatchOf(match.Item1.Index, match.Item1.Position, match.Item2, rank + 1)).ToArray();
    }

    private IndexMatch MatchOf(int index, long position, double score, int rank)
    {
        Embedding embedding = _indexes[index].Table.Read(position);
        IndexColumns columns = IndexColumns.Read(embedding);
        return new IndexMatch
        {
            Rank = rank,
            Score = score,
            Text = embedding.Text ?? string.Empty,
            Title = columns.Title.Length > 0 ? columns.Title : null,
            Path = columns.Path,
            Heading = columns.Heading.Length > 0 ? columns.Heading : null,
            Page = columns.Page > 0 ? columns.Page : null,
            Chunk = columns.Number,
            LastWriteTime = columns.LastWriteTime,
            Query = Query,
            Index = _indexes[index].Path,
        };
    }
}
