namespace CohereShell;

/// <summary>The body of a classification request, as in <see href="https://docs.cohere.com/reference/classify"/>.</summary>
public sealed record ClassifyRequest
{
    /// <summary>The maximum number of inputs in a call.</summary>
    public const int MaxInputs = 96;

    /// <summary>The maximum number of examples in a call.</summary>
    public const int MaxExamples = 2500;

    /// <summary>The minimum number of examples for each label.</summary>
    public const int MinExamplesPerLabel = 2;

    /// <summary>The texts, up to 96.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Example texts with their labels. A fine-tuned model doesn't need them.</summary>
    public IReadOnlyList<ClassifyExample>? Examples { get; init; }

    /// <summary>A fine-tuned model.</summary>
    public string? Model { get; init; }

    /// <summary>What happens to texts that are too long. By default, the service removes their end.</summary>
    public TruncateMode? Truncate { get; init; }
}

/// <summary>A text and its label.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The label.</param>
public sealed record ClassifyExample(string Text, string Label);

/// <summary>The response to a classification call.</summary>
/// <param name="Id">The id of the response.</param>
/// <param name="Classifications">A classification for each input, in the order of the inputs.</param>
/// <param name="Usage">The cost of the call.</param>
public sealed record ClassifyResponse(string Id, IReadOnlyList<Classification> Classifications, Usage Usage);
