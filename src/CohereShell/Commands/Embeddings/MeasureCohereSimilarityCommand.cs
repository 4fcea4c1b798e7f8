using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>
/// Measure-CohereSimilarity: measures how similar embeddings are to a reference embedding. It doesn't call the API.
/// </summary>
[Cmdlet(VerbsDiagnostic.Measure, "CohereSimilarity", HelpUri = OnlineHelp.Embeddings)]
[OutputType(typeof(EmbeddingSimilarity))]
public sealed class MeasureCohereSimilarityCommand : PSCmdlet
{
    private EmbeddingComparer? _comparer;
    private long _position;

    /// <summary>The embedding to compare with: one embedding, or a list of numbers.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? Reference { get; set; }

    /// <summary>The embeddings to compare: embeddings, matches of a search, or lists of numbers.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>How embeddings are compared. The default is Cosine.</summary>
    [Parameter]
    public SimilarityMetric Metric { get; set; } = SimilarityMetric.Cosine;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            object?[] references = EmbeddingInputs.Enumerate(Reference).Take(2).ToArray();
            if (references.Length > 1)
            {
                ThrowTerminatingError(ErrorRecords.InvalidValue("-Reference must be one embedding, and this is a list of several.", "Compare with each of them: $references | ForEach-Object { Measure-CohereSimilarity $_ $embeddings }", Reference));
            }

            _comparer = new EmbeddingComparer(EmbeddingInputs.Convert(references[0], 0), Metric);
        }
        catch (EmbeddingException exception)
        {
            ThrowTerminatingError(exception.ToErrorRecord(Reference));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (object? item in EmbeddingInputs.Enumerate(InputObject))
        {
            WriteSimilarity(item);
        }
    }

    private void WriteSimilarity(object? item)
    {
        EmbeddingSimilarity similarity;
        try
        {
            Embedding embedding = EmbeddingInputs.Convert(item, _position++);
            similarity = new EmbeddingSimilarity(embedding, Metric, _comparer!.Compare(embedding));
        }
        catch (EmbeddingException exception)
        {
            WriteError(exception.ToErrorRecord(item));
            return;
        }

        WriteObject(similarity);
    }
}
