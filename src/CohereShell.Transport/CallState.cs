using System.Diagnostics;
using System.Net.Http;
using Polly;

namespace CohereShell.Transport;

/// <summary>What the strategies know about a call. It travels in the context of the resilience pipeline.</summary>
internal sealed class CallState(ApiCall call, HttpClient http)
{
    private static readonly ResiliencePropertyKey<CallState> Key = new("CohereShell.CallState");

    private readonly Stopwatch _elapsed = new();

    public ApiCall Call { get; } = call;

    public HttpClient Http { get; } = http;

    /// <summary>The wait before the next attempt.</summary>
    public TimeSpan Delay { get; set; }

    public TimeSpan TimeLeft => Call.TotalRequestTimeout - _elapsed.Elapsed;

    public static CallState Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    public void AddTo(ResilienceContext context) => context.Properties.Set(Key, this);

    /// <summary>Starts the clock of the total timeout. Waiting for the limit per minute on this side does not count.</summary>
    public TimeSpan StartClock()
    {
        _elapsed.Start();
        return Call.TotalRequestTimeout;
    }
}
