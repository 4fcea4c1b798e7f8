using System.Net.Http;
using Polly;
using Polly.Timeout;

namespace CohereShell.Transport;

/// <summary>Decides which failures are retried, and after which delay.</summary>
internal sealed class RetryPolicy(TimeSpan baseDelay)
{
    public static readonly TimeSpan DefaultBaseDelay = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);

    /// <summary>Varies delays by up to a quarter in both directions, so that callers that failed together don't retry together.</summary>
    private const double Jitter = 0.25;

    private readonly TimeSpan _baseDelay = baseDelay;

    /// <summary>
    /// Whether a retry may help and is safe. A request that creates something is retried only if the server certainly didn't
    /// process it.
    /// </summary>
    public static bool IsTransient(Outcome<HttpResponseMessage> outcome, Operation operation) => outcome switch
    {
        { Result: { } response } => (int)response.StatusCode is 429 or 503 || (operation.IsRepeatable && (int)response.StatusCode is 408 or 500 or 502 or 504),
        { Exception: TimeoutRejectedException } => operation.IsRepeatable,
        { Exception: { } exception } when ConnectionFailures.IsOne(exception) =>
            ConnectionFailures.IsTransient(exception) && (operation.IsRepeatable || ConnectionFailures.NeverOpened(exception)),
        _ => false,
    };

    /// <summary>The delay that the server asks for, or else 1 s, 2 s, 4 s and so on. At most one minute.</summary>
    public TimeSpan DelayBefore(int attemptNumber, TimeSpan? asked)
    {
        if (asked is { } time)
        {
            return time < LongestDelay ? time : LongestDelay;
        }

        double seconds = _baseDelay.TotalSeconds * Math.Pow(2, Math.Min(attemptNumber, 16));
        double spread = 1 + (Jitter * ((2 * RandomNumber()) - 1));
        return TimeSpan.FromSeconds(Math.Min(seconds * spread, LongestDelay.TotalSeconds));
    }

#if NET
#pragma warning disable CA5394 // Not used for secrets, only to vary delays.
    private static double RandomNumber() => Random.Shared.NextDouble();
#pragma warning restore CA5394
#else
    [ThreadStatic]
    private static Random? _random;

    private static double RandomNumber() => (_random ??= new Random(Guid.NewGuid().GetHashCode())).NextDouble();
#endif
}
