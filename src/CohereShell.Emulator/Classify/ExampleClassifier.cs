namespace CohereShell.Emulation;

/// <summary>Gives a text the label of the examples that are nearest to it.</summary>
internal sealed class ExampleClassifier
{
    private const int Dimension = 384;

    // What is not like anything is still a little like everything: no confidence is quite 0 or 1.
    private const double LeastLikeness = 0.05;
    private const int Decimals = 7;
    private readonly Embedder _embedder;
    private readonly SortedDictionary<string, EmbeddingVector[]> _examples = new(StringComparer.Ordinal);

    internal ExampleClassifier(string model, IEnumerable<LabeledText> examples)
    {
        _embedder = new Embedder(model, Dimension);
        foreach (IGrouping<string, LabeledText> label in examples.GroupBy(example => example.Label, StringComparer.Ordinal))
        {
            _examples[label.Key] = label.Select(example => _embedder.Embed(example.Text)).ToArray();
        }
    }

    /// <summary>How well each label fits; all of them together are 1. In the order of the labels.</summary>
    internal IReadOnlyList<KeyValuePair<string, decimal>> Confidences(string text)
    {
        EmbeddingVector input = _embedder.Embed(text);
        KeyValuePair<string, double>[] likeness = _examples
            .Select(label => new KeyValuePair<string, double>(label.Key, Likeness(input, label.Value)))
            .ToArray();
        double sum = likeness.Sum(label => label.Value);
        return likeness
            .Select(label => new KeyValuePair<string, decimal>(label.Key, (decimal)Math.Round(label.Value / sum, Decimals)))
            .ToArray();
    }

    // The nearest example counts most, and the others a little. To the fourth power, so that the best label stands out.
    private static double Likeness(EmbeddingVector input, EmbeddingVector[] examples)
    {
        double[] cosines = examples.Select(example => Math.Max(LeastLikeness, input.Cosine(example))).ToArray();
        double likeness = (0.8 * cosines.Max()) + (0.2 * cosines.Average());
        return likeness * likeness * likeness * likeness;
    }
}

/// <summary>A text and the label that it has.</summary>
internal sealed record LabeledText(string Text, string Label);
