using System.Text;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Invoke-CohereClassification: assigns a label to each text. See <see
/// href="https://docs.cohere.com/reference/classify"/>.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "CohereClassification", HelpUri = OnlineHelp.Classify, DefaultParameterSetName = TextSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(Classification))]
public sealed class InvokeCohereClassificationCommand : CohereParallelCommand
{
    private const string TextSet = "Text";
    private const string ObjectSet = "InputObject";

    private readonly ItemProgress _progress = new("Classifying", "classified");
    private IReadOnlyList<ClassifyExample>? _examples;
    private BatchedCalls<TextRecord, Classification>? _calls;
    private long _count;

    /// <summary>The texts to classify.</summary>
    [Parameter(ParameterSetName = TextSet, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [TextTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string?[]? Text { get; set; }

    /// <summary>Objects that hold the texts. The output contains them with the classification.</summary>
    [Parameter(ParameterSetName = ObjectSet, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>Properties of the objects that make up the text. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ObjectSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InputPropertyCompleter))]
    public string[]? Property { get; set; }

    /// <summary>
    /// The examples to learn from: objects with text and label, a hashtable of labels and their texts, or a CSV file.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object[]? Example { get; set; }

    /// <summary>A fine-tuned model. It doesn't need examples.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ClassifyModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>What happens to a text that is longer than the model's limit.</summary>
    [Parameter]
    public TruncateMode? Truncate { get; set; }

    /// <summary>Maximum number of texts in one call, from 1 to 96. The default is 96.</summary>
    [Parameter]
    [ValidateRange(1, ClassifyRequest.MaxInputs)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int BatchSize { get; set; } = ClassifyRequest.MaxInputs;

    /// <summary>Encoding of the CSV files of -Example. By default, UTF-8, or what a byte order mark tells.</summary>
    [Parameter]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    [ValidateNotNull]
    public Encoding? Encoding { get; set; }

    private BatchedCalls<TextRecord, Classification> Calls =>
        _calls ??= new(this, BatchSize, ThrottleLimit, SendAsync, Write, (input, failure) => WriteFailure(failure, input.Source)) { Progress = _progress };

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        .. base.OwnFields,
        ("inputs", "-Text"),
        ("examples", "-Example"),
    ];

    private protected override IReadOnlyList<string> InputParameters => [nameof(Text), nameof(InputObject)];

    private protected override (string Message, string Action)? NoInput =>
    (
        "There is nothing to classify: -Text isn't specified, and the pipeline is empty.",
        "Pipe the texts: Get-Content mails.txt | Invoke-CohereClassification -Example examples.csv"
    );

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Example is null && Model is null && AdditionalProperty?.Contains("preset") != true)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "Classification requires examples or a fine-tuned model: specify -Example or -Model.",
                "Specify at least two examples for each label: -Example @{ spam = 'You won!', 'Click here'; fine = 'See you at ten', 'The report is ready' }"));
        }

        _examples = Example is null ? null : ClassifyExamples.Read(this, Example, Encoding);
        base.BeginProcessing();
        // Finds the session on the pipeline thread: the calls run on other threads.
        _ = Client;
    }

    private protected override ItemProgress? Progress => _progress;

    private protected override bool PlansCalls => true;

    private protected override bool ConfirmsCalls => true;

    private protected override void ReadInput()
    {
        if (ParameterSetName == ObjectSet)
        {
            foreach (object? value in TableData.Each(InputObject))
            {
                Add(value);
            }

            return;
        }

        foreach (string? text in Text ?? [null])
        {
            Add(text);
        }
    }

    private protected override void Complete()
    {
        Calls.Complete();
    }

    private void Add(object? value)
    {
        long index = _count++;
        if (Property is null && !RecordText.HasOwnText(value))
        {
            // The text of such an object would be the name of a type or a file, which isn't what the user wants to classify.
            WriteError(ErrorRecords.NotAText(value!));
        }
        else if (RecordText.TryGet(value, Property, out string text, out ErrorRecord? error, Encoding))
        {
            Calls.Add(new TextRecord(index, value, text));
        }
        else
        {
            WriteError(error);
        }
    }

    private async Task<IReadOnlyList<Classification>> SendAsync(IReadOnlyList<TextRecord> batch, CancellationToken cancellationToken)
    {
        var request = new ClassifyRequest
        {
            Inputs = batch.Select(input => input.Text).ToArray(),
            Examples = _examples,
            Model = Model,
            Truncate = Truncate,
        };
        return (await Client.Classify.ClassifyAsync(request, Options, cancellationToken).ConfigureAwait(false)).Classifications;
    }

    private void Write(TextRecord input, Classification classification)
    {
        classification.Index = input.Index;
        classification.InputObject = input.Source;
        WriteObject(classification);
        _progress.Add(this);
    }
}
