namespace CohereShell;

/// <summary>The result of a step of a connection test.</summary>
public enum ConnectionStepOutcome
{
    /// <summary>The step succeeded.</summary>
    Passed,

    /// <summary>The step failed. Later steps that need it are skipped.</summary>
    Failed,

    /// <summary>The step isn't needed, or an earlier step failed.</summary>
    Skipped,
}

/// <summary>A step of a connection test.</summary>
public sealed class ConnectionStep
{
    /// <summary>The name of the step: DNS, TCP, Proxy, TLS, HTTP, Key or Latency.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The result.</summary>
    public ConnectionStepOutcome Outcome { get; init; }

    /// <summary>What was found, or why the step failed.</summary>
    public string Detail { get; init; } = string.Empty;

    /// <summary>How long the step took, in milliseconds; null if it was skipped.</summary>
    public double? DurationMs { get; init; }

    /// <summary>What to do about a failure; null for other outcomes.</summary>
    public string? RecommendedAction { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Outcome.ToString().ToLowerInvariant()}{(Outcome == ConnectionStepOutcome.Passed && DurationMs is { } duration ? FormattableString.Invariant($" in {(duration < 10 ? Math.Round(duration, 1) : Math.Round(duration))} ms") : string.Empty)}{(Detail.Length == 0 ? string.Empty : $": {Detail}")}";
}
