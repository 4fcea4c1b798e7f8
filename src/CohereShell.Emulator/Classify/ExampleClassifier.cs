namespace CohereShell.Emulation;

/// <summary>Classifies a text by the labels of the most similar examples.</summary>
internal sealed class ExampleClassifier
{
    private const int Dimension = 384;

    // The minimum similarity, so that no confidence is exactly 0 or 1.
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

    /// <summary>The confidence of each label, in the order of the labels. The sum is 1.</summary>
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

    // The most similar example counts most, the others a little. The fourth power makes the best label stand out.
    private static double Likeness(EmbeddingVector input, EmbeddingVector[] examples)
    {
        double[] cosines = examples.Select(example => Math.Max(LeastLikeness, input.Cosine(example))).ToArray();
        double likeness = (0.8 * cosines.Max()) + (0.2 * cosines.Average());
        return likeness * likeness * likeness * likeness;
    }
}

/// <summary>A text and its label.</summary>
internal sealed record LabeledText(string Text, string Label);
