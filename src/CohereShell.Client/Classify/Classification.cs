using System.Collections.Specialized;

namespace CohereShell;

/// <summary>How many labels a text can have.</summary>
public enum ClassificationType
{
    /// <summary>One: the confidences of all labels add up to 1.</summary>
    SingleLabel,

    /// <summary>Any number: the confidences of the labels do not depend on each other.</summary>
    MultiLabel,
}

/// <summary>
/// The label that fits a text best. What it cost stands in the usage of the session: the API bills calls, not inputs.
/// See <see href="https://docs.cohere.com/reference/classify"/>.
/// </summary>
public sealed class Classification
{
    /// <summary>The place of the text among all inputs of the command or the call, from 0.</summary>
    public long Index { get; internal set; }

    /// <summary>The text.</summary>
    public string Text { get; internal init; } = string.Empty;

    /// <summary>The object that the text was taken from.</summary>
    public object? InputObject { get; internal set; }

    /// <summary>The label that fits best; null where a model with several labels finds none.</summary>
    public string? Prediction { get; internal init; }

    /// <summary>How sure the model is of it, from 0 to 1.</summary>
    public double? Confidence { get; internal init; }

    /// <summary>Every label and how sure the model is of it, from 0 to 1; the surest first.</summary>
    public OrderedDictionary Labels { get; internal init; } = [];

    /// <summary>All labels that fit.</summary>
    public string[] Predictions { get; internal init; } = [];

    /// <summary>How sure the model is of each of them, in the same order.</summary>
    public double[] Confidences { get; internal init; } = [];

    /// <summary>How many labels a text can have.</summary>
    public ClassificationType ClassificationType { get; internal init; }

    /// <summary>The fine-tuned model; null where the examples alone were to learn from.</summary>
    public string? Model { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Predictions);
}
