using System.Diagnostics;
using System.Net.Http;
using Polly;

namespace CohereShell.Transport;

/// <summary>The state of a call in the context of the resilience pipeline.</summary>
internal sealed class CallState(ApiCall call, HttpClient http)
{
    private static readonly ResiliencePropertyKey<CallState> Key = new("CohereShell.CallState");

    private readonly Stopwatch _elapsed = new();
    private readonly Stopwatch _attempt = new();

    public ApiCall Call { get; } = call;

    public HttpClient Http { get; } = http;

    /// <summary>The host of the request, with its port unless that is the default. Null before the first attempt.</summary>
    public string? Host { get; set; }

    /// <summary>How long the last attempt has taken.</summary>
    public TimeSpan AttemptElapsed => _attempt.Elapsed;

    /// <summary>Whether a connection that couldn't be opened was tried again.</summary>
    public bool IsConnectRepeated { get; set; }

    /// <summary>The wait before the next attempt.</summary>
    public TimeSpan Delay { get; set; }

    public TimeSpan TimeLeft => Call.TotalRequestTimeout - _elapsed.Elapsed;

    public static CallState Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    /// <summary>Describes a call to the user: <c>POST /v2/chat</c>. A download has no path in the API, so its host is used.</summary>
    public static string Describe(ApiCall call, string? host = null) =>
        $"{call.Operation.Method} {call.Path ?? (call.IsDownload && host is not null ? host : call.Operation.Path)}";

    public void AddTo(ResilienceContext context) => context.Properties.Set(Key, this);

    /// <summary>Counts an attempt and starts its clock.</summary>
    public void BeginAttempt()
    {
        Call.Attempts++;
        _attempt.Restart();
    }

    /// <summary>Starts the clock of the total timeout. The wait for the client-side rate limit doesn't count.</summary>
    public TimeSpan StartClock()
    {
        _elapsed.Start();
        return Call.TotalRequestTimeout;
    }
}
