namespace CohereShell;

/// <summary>The settings of an emulated Cohere service.</summary>
/// <remarks>
/// A response depends only on the request: the same request gets the same response, byte for byte. Only datasets, jobs,
/// batches and fine-tuned models are kept while the emulator runs. Words in the last user message cause behavior that
/// is rare at the real service. <c>emulate:error</c> and <c>emulate:timeout</c> end a stream with the finish reason ERROR
/// or TIMEOUT. Without a stream, the status is 500 or 504. <c>emulate:slow</c> delays each event of a stream by 0.1 s.
/// "In 500 words" requests an answer of that length. With <c>emulate:wrong-arguments</c>, the first calls of tools have
/// wrong arguments. <c>emulate:call Name {…}</c> calls a tool with exactly these arguments.
/// </remarks>
public sealed class CohereEmulatorOptions
{
    /// <summary>The default of <see cref="JobDurationMs"/>.</summary>
    public const int DefaultJobDurationMs = 300;

    /// <summary>The monthly limit of a trial key, unless <see cref="MonthlyLimit"/> is set.</summary>
    internal const int DefaultMonthlyLimit = 1000;

    /// <summary>
    /// The only key that the emulator accepts. By default, it accepts any key except <c>invalid</c> and keys with spaces.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>The delay before each response in milliseconds, errors included. The default is 0.</summary>
    public int LatencyMs { get; init; }

    /// <summary>
    /// The share of requests that fail, from 0 to 1. The default is 0. A failure is a status 429, 500 or 503, a reset
    /// connection, a missing response, or a response that ends early. The connection is reset before or after the
    /// request is processed.
    /// </summary>
    public double FaultRate { get; init; }

    /// <summary>
    /// The key type whose limits apply when <see cref="EnforceRateLimit"/> is set. The default is a trial key. If it's set to
    /// a trial key, responses contain the headers with its limits, enforced or not.
    /// </summary>
    public CohereKeyType? KeyType { get; init; }

    /// <summary>Whether the limits of the operation catalogue are enforced, with status 429. The default is false.</summary>
    public bool EnforceRateLimit { get; init; }

    /// <summary>
    /// The number of requests that a trial key has in all when <see cref="EnforceRateLimit"/> is set. The default is 1,000, as
    /// for a month at Cohere. The emulator doesn't count from the start again.
    /// </summary>
    public int? MonthlyLimit { get; init; }

    /// <summary>The seed of the sequence of faults. The same seed results in the same sequence. The default is 0.</summary>
    public int Seed { get; init; }

    /// <summary>The time window of the limits. The default is one minute, as at Cohere. Tests use a shorter one.</summary>
    public TimeSpan RateLimitWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The minimum duration of an embed job, a batch or a training in milliseconds. It fails if its name contains
    /// <c>emulate:fail</c>.
    /// </summary>
    public int JobDurationMs { get; init; } = DefaultJobDurationMs;

    /// <summary>The minimum duration of the validation of a dataset in milliseconds. The default is 100.</summary>
    public int ValidationDurationMs { get; init; } = 100;

    /// <summary>How long the signed URLs of a dataset's files are valid. The default is one hour.</summary>
    public TimeSpan DownloadUrlLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// A folder that keeps datasets, jobs, batches and models for the next emulator. By default, they are deleted when
    /// the emulator stops. Only one emulator at a time can use a folder.
    /// </summary>
    public string? StatePath { get; init; }

    /// <summary>The time for the limits and the durations. Tests replace it.</summary>
    internal Emulation.EmulatorClock Clock { get; init; } = new();

    /// <summary>Throws if a value is out of range.</summary>
    internal CohereEmulatorOptions Validated()
    {
        if (ApiKey is not null && !Emulation.KeyCheck.IsPossible(ApiKey))
        {
            // Without a value: it's a key.
            throw new ArgumentException("The key must not be empty, contain spaces or be 'invalid'.", nameof(ApiKey));
        }

        if (MonthlyLimit < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MonthlyLimit), MonthlyLimit, "The monthly limit must be at least 1.");
        }

        if (MonthlyLimit is not null && (!EnforceRateLimit || KeyType == CohereKeyType.Production))
        {
            throw new ArgumentException("Only the limits of a trial key include a monthly limit, and only if they are enforced.", nameof(MonthlyLimit));
        }

        if (LatencyMs < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(LatencyMs), LatencyMs, "The latency must be 0 ms or more.");
        }

        if (!(FaultRate >= 0 && FaultRate <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(FaultRate), FaultRate, "The fault rate must be between 0 and 1.");
        }

        if (JobDurationMs < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(JobDurationMs), JobDurationMs, "The duration of jobs must be 0 ms or more.");
        }

        if (ValidationDurationMs < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(ValidationDurationMs), ValidationDurationMs, "The duration of validation must be 0 ms or more.");
        }

        if (DownloadUrlLifetime <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(DownloadUrlLifetime), DownloadUrlLifetime, "The lifetime of download URLs must be longer than 0 s.");
        }

        if (RateLimitWindow <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(RateLimitWindow), RateLimitWindow, "The rate limit window must be longer than 0 s.");
        }

        return this;
    }
}
