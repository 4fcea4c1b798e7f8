using System.Collections.Specialized;

namespace CohereShell;

// Classification responses as the API sends them.

internal sealed class WireClassifyResponse
{
    public string? Id { get; set; }

    public List<WireClassification?>? Classifications { get; set; }

    public WireUsage? Meta { get; set; }

    /// <exception cref="JsonException">It isn't the response to that request.</exception>
    public ClassifyResponse ToResponse(ClassifyRequest request)
    {
        if (Classifications?.Count != request.Inputs.Count || Classifications.Contains(null))
        {
            throw new JsonException(FormattableString.Invariant($"The response has {Classifications?.Count ?? 0} classifications for {request.Inputs.Count} texts."));
        }

        Usage usage = Meta?.ToUsage() ?? Usage.None;
        IReadOnlyList<Usage> shares = UsageShares.Equal(usage, Classifications.Count);
        return new ClassifyResponse(
            Id ?? string.Empty,
            Classifications.Select((wire, index) => wire!.ToClassification(index, request, shares[index])).ToArray(),
            usage);
    }
}

internal sealed class WireClassification
{
    public string? Prediction { get; set; }

    public List<string>? Predictions { get; set; }

    public double? Confidence { get; set; }

    public List<double>? Confidences { get; set; }

    public Dictionary<string, WireLabel?>? Labels { get; set; }

    public string? ClassificationType { get; set; }

    public Classification ToClassification(int index, ClassifyRequest request, Usage usage)
    {
        // The fields for a single label are deprecated, but older models return nothing else.
        string[] predictions = Predictions?.ToArray() ?? (Prediction is null ? [] : [Prediction]);
        double[] confidences = Confidences?.ToArray() ?? (Confidence is { } confidence ? [confidence] : []);
        var labels = new OrderedDictionary();
        foreach (KeyValuePair<string, WireLabel?> label in (Labels ?? []).OrderByDescending(label => label.Value?.Confidence ?? 0))
        {
            labels.Add(label.Key, label.Value?.Confidence ?? 0);
        }

        return new Classification
        {
            Index = index,
            Text = request.Inputs[index],
            Prediction = predictions.Length > 0 ? predictions[0] : null,
            Confidence = confidences.Length > 0 ? confidences[0] : null,
            Labels = labels,
            Predictions = predictions,
            Confidences = confidences,
            ClassificationType = ClassificationType == "multi-label" ? CohereShell.ClassificationType.MultiLabel : CohereShell.ClassificationType.SingleLabel,
            Model = request.Model,
            Usage = usage,
        };
    }
}

internal sealed class WireLabel
{
    public double Confidence { get; set; }
}
