using System;

namespace CohereShell;

/// <summary>How an emulated Cohere behaves.</summary>
/// <remarks>
/// Answers are made from the request alone: the same request gets the same answer, byte for byte, every time. A chat
/// message can ask for what the real service does rarely: <c>emulate:error</c> and <c>emulate:timeout</c> in the last
/// user message end a stream with finish reason ERROR or TIMEOUT (without a stream: status 500 or 504), and
/// <c>emulate:slow</c> puts a tenth of a second before each event of a stream. "In 500 words" makes an answer that long.
/// </remarks>
public sealed class CohereEmulatorOptions
{
    /// <summary>Milliseconds that pass before each answer, errors included. Default 0.</summary>
    public int LatencyMs { get; init; }

    /// <summary>
    /// The share of requests, 0 to 1, that fail as a network or an overloaded service fails: 429, 500, 503, a connection
    /// reset before or after the request was carried out, silence, or an answer that ends in the middle. Default 0.
    /// </summary>
    public double FaultRate { get; init; }

    /// <summary>The key whose limits hold when <see cref="EnforceRateLimit"/> is set. Default: a trial key.</summary>
    public CohereKeyType? KeyType { get; init; }

    /// <summary>Whether the limits of the operation catalogue are enforced, with status 429. Default false.</summary>
    public bool EnforceRateLimit { get; init; }

    /// <summary>Chooses the sequence of faults: the same seed, the same sequence. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>The time that limits count in. Default one minute, as Cohere's; tests scale it down.</summary>
    public TimeSpan RateLimitWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Throws for values that mean nothing.</summary>
    internal CohereEmulatorOptions Validated()
    {
        if (LatencyMs < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(LatencyMs), LatencyMs, "The latency must be 0 ms or more.");
        }

        if (!(FaultRate >= 0 && FaultRate <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(FaultRate), FaultRate, "The fault rate must lie between 0 and 1.");
        }

        if (RateLimitWindow <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(RateLimitWindow), RateLimitWindow, "The window must be longer than nothing.");
        }

        return this;
    }
}
