namespace CohereShell;

/// <summary>The body of a call to classify: property for field as in <see href="https://docs.cohere.com/reference/classify"/>.</summary>
public sealed record ClassifyRequest
{
    /// <summary>The most inputs of a call.</summary>
    public const int MaxInputs = 96;

    /// <summary>The most examples of a call.</summary>
    public const int MaxExamples = 2500;

    /// <summary>The fewest examples of a label.</summary>
    public const int MinExamplesPerLabel = 2;

    /// <summary>The texts, at most 96.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Texts and their labels to learn from. A fine-tuned model needs none.</summary>
    public IReadOnlyList<ClassifyExample>? Examples { get; init; }

    /// <summary>A fine-tuned model.</summary>
    public string? Model { get; init; }

    /// <summary>What becomes of texts that are too long; the service cuts off their end where nothing is said.</summary>
    public TruncateMode? Truncate { get; init; }
}

/// <summary>A text and the label that it belongs to.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The label.</param>
public sealed record ClassifyExample(string Text, string Label);

/// <summary>The answer to a call of classify.</summary>
/// <param name="Id">The id of the answer.</param>
/// <param name="Classifications">A classification for each input, in their order.</param>
/// <param name="Usage">What the call cost.</param>
public sealed record ClassifyResponse(string Id, IReadOnlyList<Classification> Classifications, Usage Usage);
