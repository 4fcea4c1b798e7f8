namespace CohereShell;

/// <summary>How an emulated Cohere behaves.</summary>
/// <remarks>
/// Answers are made from the request alone: the same request gets the same answer, byte for byte, every time. Only
/// datasets, jobs, batches and fine-tuned models are kept for as long as the emulator lives. A chat
/// message can ask for what the real service does rarely: <c>emulate:error</c> and <c>emulate:timeout</c> in the last
/// user message end a stream with finish reason ERROR or TIMEOUT (without a stream: status 500 or 504), and
/// <c>emulate:slow</c> puts a tenth of a second before each event of a stream. "In 500 words" makes an answer that long.
/// <c>emulate:wrong-arguments</c> has tools called wrongly first, and <c>emulate:call Name {…}</c> calls one to the letter.
/// </remarks>
public sealed class CohereEmulatorOptions
{
    /// <summary>How many milliseconds a job takes where nothing else is said.</summary>
    public const int DefaultJobDurationMs = 300;

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

    /// <summary>
    /// Milliseconds that an embed job, a batch or the training of a model takes, at least. One whose name
    /// contains <c>emulate:fail</c> fails.
    /// </summary>
    public int JobDurationMs { get; init; } = DefaultJobDurationMs;

    /// <summary>Milliseconds that the validation of a dataset takes, at least. Default 100.</summary>
    public int ValidationDurationMs { get; init; } = 100;

    /// <summary>How long the signed addresses of a dataset's files hold. Default one hour.</summary>
    public TimeSpan DownloadUrlLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// A folder that datasets, jobs, batches and models are kept in, so that they are there again in the next emulator.
    /// Default: none, they go with the emulator. One emulator at a time uses a folder.
    /// </summary>
    public string? StatePath { get; init; }

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

        if (JobDurationMs < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(JobDurationMs), JobDurationMs, "A job must take 0 ms or more.");
        }

        if (ValidationDurationMs < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(ValidationDurationMs), ValidationDurationMs, "Validation must take 0 ms or more.");
        }

        if (DownloadUrlLifetime <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(DownloadUrlLifetime), DownloadUrlLifetime, "An address must hold longer than no time.");
        }

        if (RateLimitWindow <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(RateLimitWindow), RateLimitWindow, "The window must be longer than nothing.");
        }

        return this;
    }
}
