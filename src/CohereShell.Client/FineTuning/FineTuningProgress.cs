using System.Globalization;
using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>A step in the life of a fine-tuned model. See <see href="https://docs.cohere.com/reference/listevents"/>.</summary>
public sealed class FineTuningEvent
{
    /// <summary>The model.</summary>
    [JsonIgnore]
    public string ModelId { get; internal set; } = string.Empty;

    /// <summary>What it became.</summary>
    public FineTuningStatus Status { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>By whom; empty where it was the service.</summary>
    public string? UserId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Status.ToString();
}

/// <summary>How good a model is after a step of its training. See <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.</summary>
public sealed class FineTuningMetric
{
    private readonly IReadOnlyDictionary<string, double> _metrics = new Dictionary<string, double>();

    /// <summary>The model.</summary>
    [JsonIgnore]
    public string ModelId { get; internal set; } = string.Empty;

    /// <summary>The number of the step.</summary>
    public int StepNumber { get; init; }

    /// <summary>When it was measured.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What was measured, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics
    {
        get => _metrics;
        init => _metrics = value ?? _metrics;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(", ", Metrics.Select(metric => metric.Key + " " + metric.Value.ToString("0.####", CultureInfo.InvariantCulture)));
}
