using System.Collections.Specialized;

namespace CohereShell;

/// <summary>The number of labels that a text can have.</summary>
public enum ClassificationType
{
    /// <summary>One label: the confidences of all labels add up to 1.</summary>
    SingleLabel,

    /// <summary>Any number of labels: their confidences are independent.</summary>
    MultiLabel,
}

/// <summary>
/// The label that matches a text best. See <see href="https://docs.cohere.com/reference/classify"/>.
/// </summary>
public sealed class Classification
{
    /// <summary>The position of the text among all inputs of the command or the call, from 0.</summary>
    public long Index { get; internal set; }

    /// <summary>The text.</summary>
    public string Text { get; internal init; } = string.Empty;

    /// <summary>The object that the text was taken from.</summary>
    public object? InputObject { get; internal set; }

    /// <summary>The label that matches best; null if a multi-label model doesn't find one.</summary>
    public string? Prediction { get; internal init; }

    /// <summary>The confidence of the prediction, from 0 to 1.</summary>
    public double? Confidence { get; internal init; }

    /// <summary>All labels and their confidences, from 0 to 1, highest first.</summary>
    public OrderedDictionary Labels { get; internal init; } = [];

    /// <summary>All labels that match.</summary>
    public string[] Predictions { get; internal init; } = [];

    /// <summary>The confidences of these labels, in the same order.</summary>
    public double[] Confidences { get; internal init; } = [];

    /// <summary>The number of labels that a text can have.</summary>
    public ClassificationType ClassificationType { get; internal init; }

    /// <summary>The fine-tuned model; null if only examples were used.</summary>
    public string? Model { get; internal init; }

    /// <summary>An equal share of the cost of the call, in classifications. The shares add up to the cost of the call.</summary>
    public Usage Usage { get; internal init; } = Usage.None;

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Predictions);
}
