using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Classification: <see href="https://docs.cohere.com/reference/classify"/>.</summary>
internal sealed class EmulatedClassify : EmulatedOperation
{
    private const int MaxInputs = 96;
    private const int MaxExamples = 2500;
    private const int MinExamples = 2;
    private const int MinLabels = 2;
    private const string DefaultModel = "embed-english-v3.0";

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        EmulatedModel model = root["model"].IsPresent ? EmulatedModels.Named(root["model"], "classify") : EmulatedModels.Get(DefaultModel);
        string[] inputs = ReadInputs(root["inputs"]);
        var limit = new TextLimit(model.ContextLength, ReadTruncate(root["truncate"]));
        LabeledText[] examples = ReadExamples(root["examples"]);

        var classifier = new ExampleClassifier(model.Name, examples);
        SentClassification[] classifications = inputs
            .Select((input, index) => Classification(
                StableHash.Id(request.Id + index.ToString(CultureInfo.InvariantCulture)), input, classifier.Confidences(limit.Cut(input, index, out _))))
            .ToArray();
        return EmulatorResponse.Json(
            new SentClassifications(request.Id, classifications, ResponseMeta.Of("1", ("classifications", inputs.Length))), ClassifyJson.Default.SentClassifications);
    }

    private static string[] ReadInputs(Field field)
    {
        string[] inputs = field.Texts();
        if (inputs.Length is 0 or > MaxInputs)
        {
            throw field.Invalid(inputs.Length == 0
                ? "cannot be empty"
                : FormattableString.Invariant($"cannot contain more than {MaxInputs} elements, received {inputs.Length}"));
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Length == 0)
            {
                throw field.Invalid(FormattableString.Invariant($"contains an element that is the empty string at index {i}"));
            }

            RefusalHook.Check(inputs[i], i);
        }

        return inputs;
    }

    private static string ReadTruncate(Field field) => field.Text() switch
    {
        null or "END" or "RIGHT" => "END",
        "START" or "LEFT" => "START",
        "NONE" => "NONE",
        _ => throw new EmulatorException(400, "invalid request: `truncate` must be one of \"NONE\", \"START\"/\"LEFT\" or \"END\"/\"RIGHT\""),
    };

    // No model of the account is fine-tuned: examples are always required.
    private static LabeledText[] ReadExamples(Field field)
    {
        LabeledText[] examples = field.Items().Select(ReadExample).ToArray();
        if (examples.Length > MaxExamples)
        {
            throw field.Invalid(FormattableString.Invariant($"cannot contain more than {MaxExamples} elements, received {examples.Length}"));
        }

        IGrouping<string, LabeledText>[] labels = examples.GroupBy(example => example.Label, StringComparer.Ordinal).ToArray();
        if (labels.Length < MinLabels)
        {
            throw new EmulatorException(400, FormattableString.Invariant($"invalid request: min classes for classify request is {MinLabels} - received {labels.Length}"));
        }

        string[] small = labels.Where(label => label.Count() < MinExamples).Select(label => label.Key).OrderBy(label => label, StringComparer.Ordinal).ToArray();
        return small.Length == 0
            ? examples
            : throw new EmulatorException(
                400,
                $"invalid request: each unique label must have at least 2 examples. Not enough examples for: {string.Join(", ", small)}");
    }

    private static LabeledText ReadExample(Field field)
    {
        Field example = field.Object();
        string text = example["text"].Text() is { Length: > 0 } given ? given : throw example["text"].Invalid("must not be empty");
        return new LabeledText(text, example["label"].Text() is { Length: > 0 } label ? label : throw example["label"].Invalid("must not be empty"));
    }

    private static SentClassification Classification(string id, string input, IReadOnlyList<KeyValuePair<string, decimal>> labels)
    {
        KeyValuePair<string, decimal> best = labels.OrderByDescending(label => label.Value).First();
        return new SentClassification(
            id,
            input,
            best.Key,
            [best.Key],
            best.Value,
            [best.Value],
            labels.ToDictionary(label => label.Key, label => new SentConfidence(label.Value), StringComparer.Ordinal),
            "single-label");
    }
}
