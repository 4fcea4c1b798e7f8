using System.Globalization;
using System.Text.RegularExpressions;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Search-CohereEmbedding: finds the embeddings that are closest to a query. It doesn't keep the others in memory.
/// </summary>
[Cmdlet(VerbsCommon.Search, "CohereEmbedding", HelpUri = OnlineHelp.SemanticSearch)]
[OutputType(typeof(EmbeddingMatch))]
public sealed class SearchCohereEmbeddingCommand : CohereApiCommand
{
    // embed-v4.0 and later support several dimensions. Older models, such as embed-english-v3.0, have only one.
    private static readonly Regex VersionInName = new(@"(?:^|[-_])v-?(\d{1,4})(?!\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private BestMatches? _matches;
    private EmbeddingComparer? _comparer;
    private string? _queryText;
    private long _position;

    /// <summary>What to search for: a text, which is embedded once, an embedding, or a list of numbers.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? Query { get; set; }

    /// <summary>The embeddings to search: embeddings, matches of another search, or lists of numbers.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? Embedding { get; set; }

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

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Metric == SimilarityMetric.Euclidean && IsBound(nameof(MinimumScore)))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "-MinimumScore can't be combined with -Metric Euclidean: the best distance is the smallest one.",
                "Leave -MinimumScore out and filter the matches: Where-Object Score -le 0.8"));
        }

        _matches = new BestMatches(Top, isLessBetter: Metric == SimilarityMetric.Euclidean);
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
        foreach (object? item in EmbeddingInputs.Enumerate(Embedding))
        {
            // A large array arrives as one record. Ctrl+C must not wait for its end.
            if (Stopping)
            {
                throw new PipelineStoppedException();
            }

            try
            {
                Score(EmbeddingInputs.Convert(item, _position++));
            }
            catch (EmbeddingException exception)
            {
                WriteError(exception.ToErrorRecord(item));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        foreach (EmbeddingMatch match in _matches!.Ranked())
        {
            WriteObject(match);
        }
    }

    private void Score(Embedding embedding)
    {
        if (Model is not null && embedding.Model.Length > 0 && embedding.Model != Model)
        {
            throw new EmbeddingException(EmbeddingProblem.ModelMismatch, $"The embedding is from the model {embedding.Model}, and the query is from {Model}.");
        }

        _comparer ??= EmbedQuery(embedding);
        double score = _comparer.Compare(embedding);
        if (!IsBound(nameof(MinimumScore)) || score >= MinimumScore)
        {
            _matches!.Add(embedding, score);
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
                new EmbedRequest
                {
                    Model = model,
                    Texts = [_queryText!],
                    InputType = EmbedInputType.SearchQuery,
                    OutputDimension = HasDimensions(model) && first.Dimension is 256 or 512 or 1024 or 1536 ? first.Dimension : null,
                    EmbeddingTypes = [FormOf(first)],
                },
                Options,
                token));
            return new EmbeddingComparer(response.Embeddings[0], Metric);
        }
        catch (CohereException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(Query));
        }
        catch (EmbeddingException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(Query));
        }

        throw new PipelineStoppedException();
    }

    private static bool HasDimensions(string model) =>
        VersionInName.Match(model) is { Success: true } match && int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) >= 4;

    private static EmbeddingType FormOf(Embedding embedding) => embedding switch
    {
        { Vector.Length: > 0 } or { Base64.Length: > 0 } => EmbeddingType.Float,
        { Int8.Length: > 0 } => EmbeddingType.Int8,
        { Uint8.Length: > 0 } => EmbeddingType.Uint8,
        { Binary.Length: > 0 } => EmbeddingType.Binary,
        _ => EmbeddingType.Ubinary,
    };
}
