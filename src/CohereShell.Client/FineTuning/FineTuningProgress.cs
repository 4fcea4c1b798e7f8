using System.Globalization;
using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>A status change of a fine-tuned model. See <see href="https://docs.cohere.com/reference/listevents"/>.</summary>
public sealed class FineTuningEvent
{
    /// <summary>The id of the model.</summary>
    [JsonIgnore]
    public string ModelId { get; internal set; } = string.Empty;

    /// <summary>The new status.</summary>
    public FineTuningStatus Status { get; init; }

    /// <summary>When the status changed.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The user who changed it; empty if it was the service.</summary>
    public string? UserId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Status.ToString();
}

/// <summary>
/// The evaluation metrics after a training step. See
/// <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.
/// </summary>
public sealed class FineTuningMetric
{
    private readonly IReadOnlyDictionary<string, double> _metrics = new Dictionary<string, double>();

    /// <summary>The id of the model.</summary>
    [JsonIgnore]
    public string ModelId { get; internal set; } = string.Empty;

    /// <summary>The number of the training step.</summary>
    public int StepNumber { get; init; }

    /// <summary>When the metrics were measured.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The metrics, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics
    {
        get => _metrics;
        init => _metrics = value ?? _metrics;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(", ", Metrics.Select(metric => metric.Key + " " + metric.Value.ToString("0.####", CultureInfo.InvariantCulture)));
}
