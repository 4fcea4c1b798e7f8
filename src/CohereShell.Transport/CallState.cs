using System;
using System.Diagnostics;
using System.Net.Http;

namespace CohereShell.Transport;

/// <summary>What is known of a call between its attempts.</summary>
internal sealed class CallState
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    public CallState(ApiCall call, HttpClient http)
    {
        Call = call;
        Http = http;
    }

    public ApiCall Call { get; }

    public HttpClient Http { get; }

    /// <summary>The wait before the next attempt.</summary>
    public TimeSpan Delay { get; set; }

    public TimeSpan TimeLeft => Call.TotalRequestTimeout - _elapsed.Elapsed;
}
