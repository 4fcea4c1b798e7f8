using System.Text;
using CohereShell.Completion;
using CohereShell.Display;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Invoke-CohereRerank: ranks documents by their relevance to a query. See <see
/// href="https://docs.cohere.com/reference/rerank"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "CohereRerank", HelpUri = OnlineHelp.Rerank, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(RerankResult))]
public sealed class InvokeCohereRerankCommand : CohereParallelCommand
{
    private readonly ItemProgress _progress = new("Ranking", "compared");
    private Ranking? _ranking;
    private BatchedCalls<TextRecord, double?>? _calls;
    private readonly object _costLock = new();
    private Usage _cost = Usage.None;
    private long _count;
    private long _failed;

    /// <summary>The query to compare the documents with.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string Query { get; set; } = string.Empty;

    /// <summary>The documents to rank: strings, hashtables, objects or files.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    [WholeObjectTransformation]
    public object?[]? Document { get; set; }

    /// <summary>Properties of the objects to compare. Wildcards are allowed. By default, the whole object is compared.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string[]? Property { get; set; }

    /// <summary>Maximum number of results. By default, all of them.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? Top { get; set; }

    /// <summary>Minimum score of a document, from 0 to 1. By default, there isn't one.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double? MinimumScore { get; set; }

    /// <summary>Maximum number of tokens of each document that are compared.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? MaxTokensPerDocument { get; set; }

    /// <summary>The model. By default, the session's rerank model.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RerankModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Priority of the request when the service is busy, from 0 (highest) to 999.</summary>
    [Parameter]
    [ValidateRange(0, 999)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int? Priority { get; set; }

    /// <summary>Encoding of text files. By default, UTF-8, or what a byte order mark tells.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    private Ranking Ranking => _ranking ??= new Ranking(Top);

    private BatchedCalls<TextRecord, double?> Calls =>
        _calls ??= new(this, RerankRequest.MaxDocuments, ThrottleLimit, SendAsync, Keep, Fail) { Progress = _progress };

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        .. base.OwnFields,
        ("query", "-Query"),
        ("documents", "-Document"),
        ("top_n", "-Top"),
    ];

    private protected override IReadOnlyList<string> InputParameters => [nameof(Document)];

    private protected override (string Message, string Action)? NoInput =>
    (
        "There is nothing to rank: -Document isn't specified, and the pipeline is empty.",
        "Pipe the documents: Get-ChildItem *.txt | Invoke-CohereRerank 'backup policy'"
    );

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (string.IsNullOrWhiteSpace(Query))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue("-Query is blank.", "Specify a question or keywords.", Query));
        }

        base.BeginProcessing();
        // Finds the session on the pipeline thread: the calls run on other threads.
        _ = Client;
    }

    private protected override ItemProgress? Progress => _progress;

    private protected override bool PlansCalls => true;

    private protected override bool ConfirmsCalls => true;

    private protected override void ReadInput()
    {
        foreach (object? document in (Document ?? [null]).SelectMany(TableData.Each))
        {
            long index = _count++;
            if (RecordText.TryGet(document, Property, out string text, out ErrorRecord? error, Encoding))
            {
                Calls.Add(new TextRecord(index, document, text));
            }
            else
            {
                WriteError(error);
            }
        }
    }

    private protected override void Complete()
    {
        Calls.Complete();
        if (_failed > 0 && Plan is null)
        {
            WriteWarning($"{_failed} of {_count} documents are missing from the ranking, because the calls for them failed.");
        }

        string model = Model ?? CurrentSession.RerankModel;
        IReadOnlyList<Usage> shares = UsageShares.Equal(_cost, Ranking.Count);
        int rank = 0;
        foreach ((TextRecord document, double score) in Ranking.Best)
        {
            WriteObject(new RerankResult
            {
                Usage = shares[rank],
                Rank = ++rank,
                Index = document.Index,
                RelevanceScore = score,
                Document = ReadableObjects.For(document.Source, document.Text),
                Text = document.Text,
                Query = Query,
                Model = model,
            });
        }
    }

    // Returns the score of each document. A null means that it isn't among the best of its part, and so not among the
    // best overall.
    private async Task<IReadOnlyList<double?>> SendAsync(IReadOnlyList<TextRecord> part, CancellationToken cancellationToken)
    {
        var request = new RerankRequest
        {
            Model = Model,
            Query = Query,
            Documents = part.Select(document => document.Text).ToArray(),
            TopN = Top is { } top ? Math.Min(top, part.Count) : null,
            MaxTokensPerDoc = MaxTokensPerDocument,
            Priority = Priority,
        };
        RerankResponse response = await Client.Rerank.RerankAsync(request, Options, cancellationToken).ConfigureAwait(false);
        lock (_costLock)
        {
            _cost = _cost.Plus(response.Usage);
        }

        double?[] scores = new double?[part.Count];
        foreach (RerankScore score in response.Results)
        {
            scores[score.Index] = score.RelevanceScore;
        }

        return scores;
    }

    private void Keep(TextRecord document, double? score)
    {
        _progress.Add(this);
        if (score is { } found && !(found < MinimumScore))
        {
            Ranking.Add(document, found);
        }
    }

    private void Fail(TextRecord document, CohereException failure)
    {
        _failed++;
        WriteFailure(failure, document.Source);
    }
}
