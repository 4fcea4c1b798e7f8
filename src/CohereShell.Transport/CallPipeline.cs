using System.Globalization;
using System.Net.Http;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;

namespace CohereShell.Transport;

/// <summary>
/// The strategies around a request, from the outside in: rate limiter, total timeout, retry, shared pause after a 429,
/// attempt timeout. The standard handler of Microsoft.Extensions.Http.Resilience has the same order. It can't be used
/// here: its retries depend on the HTTP method instead of the operation, and its limits are the same for every call.
/// </summary>
internal sealed class CallPipeline
{
    private static readonly TimeSpan LongestQuickRefusal = TimeSpan.FromSeconds(1);

    private readonly RateLimits _limits;
    private readonly RetryPolicy _retry;
    private readonly PauseGate _pauses = new();
    private readonly MinuteClock _clock;

    private CallPipeline(RateLimits limits, RetryPolicy retry)
    {
        _limits = limits;
        _clock = new MinuteClock(limits.Window);
        _retry = retry;
    }

    public static ResiliencePipeline<HttpResponseMessage> Create(RateLimits limits, RetryPolicy retry) => new CallPipeline(limits, retry).Build();

    private ResiliencePipeline<HttpResponseMessage> Build() => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRateLimiter(new HttpRateLimiterStrategyOptions
        {
            Name = "RateLimiter",
            RateLimiter = arguments => _limits.AcquireAsync(CallState.Of(arguments.Context).Call, arguments.Context.CancellationToken),
        })
        .AddTimeout(new HttpTimeoutStrategyOptions
        {
            Name = "TotalRequestTimeout",
            TimeoutGenerator = static arguments => new(CallState.Of(arguments.Context).StartClock()),
        })
        .AddRetry(new HttpRetryStrategyOptions
        {
            Name = "Retry",
            // The maximum differs per call, so ShouldRetry enforces it.
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = arguments => new(ShouldRetry(arguments.Outcome, CallState.Of(arguments.Context), arguments.AttemptNumber)),
            DelayGenerator = static arguments => new((TimeSpan?)CallState.Of(arguments.Context).Delay),
            OnRetry = Announce,
        })
        .AddStrategy(_ => new PauseStrategy(_pauses, _clock, _limits))
        .AddTimeout(new HttpTimeoutStrategyOptions
        {
            Name = "AttemptTimeout",
            TimeoutGenerator = static arguments => new(CallState.Of(arguments.Context).Call.AttemptTimeout),
        })
        .Build();

    private bool ShouldRetry(Outcome<HttpResponseMessage> outcome, CallState state, int attemptNumber)
    {
        if (!RetryPolicy.IsTransient(outcome, state.Call.Operation))
        {
            return false;
        }

        ApiReply? reply = (outcome.Result as AttemptResponse)?.Reply;
        if (RateLimitRefusal.Of(reply) is { } refusal)
        {
            if (refusal.IsMonthly)
            {
                return false;
            }

            // Cohere doesn't say when it accepts calls again. Its limits per minute apply to fixed windows. The server of a
            // download has other limits.
            reply!.RetryAfter ??= refusal.RetryAfter ?? (refusal.IsPerMinute && !state.Call.IsDownload ? _clock.TimeLeft(state.Call) : null);
        }

        if (outcome.Exception is { } failure && (ConnectionFailures.IsRefusal(failure) || ConnectionFailures.IsSilence(failure)))
        {
            return ShouldConnectAgain(state, isSilent: ConnectionFailures.IsSilence(failure));
        }

        TimeSpan? asked = reply?.RetryAfter;
        state.Delay = _retry.DelayBefore(attemptNumber, asked);
        if (reply?.StatusCode == 429)
        {
            // Other callers wait from now on. Otherwise, each of them would be refused too.
            _pauses.Pause(state.Call, asked ?? state.Delay);
        }

        // If the next attempt would be too late, the caller gets this failure immediately.
        return attemptNumber < state.Call.MaxRetryAttempts && (asked ?? state.Delay) < state.TimeLeft && state.Delay < state.TimeLeft;
    }

    /// <summary>
    /// A server that refuses connections, or whose name is unknown, usually does so for long: the user gets the error within
    /// three seconds. One quick retry helps if the server is just restarting. In Windows, a refusal itself takes two seconds.
    /// A server that doesn't answer at all takes longer by itself, and gets one retry too.
    /// </summary>
    private bool ShouldConnectAgain(CallState state, bool isSilent)
    {
        bool isFirst = !state.IsConnectRepeated && (isSilent || state.AttemptElapsed < LongestQuickRefusal) && state.Call.MaxRetryAttempts > 0;
        state.IsConnectRepeated = true;
        state.Delay = TimeSpan.FromTicks(_retry.DelayBefore(0, null).Ticks / 2);
        return isFirst && state.Delay < state.TimeLeft;
    }

    private static ValueTask Announce(OnRetryArguments<HttpResponseMessage> arguments)
    {
        CallState state = CallState.Of(arguments.Context);
        ApiCall call = state.Call;
        if (call.Progress is { } progress)
        {
            string cause = arguments.Outcome.Result is { } response
                ? string.Format(CultureInfo.InvariantCulture, "status {0}", (int)response.StatusCode)
                : ConnectionProblem.Describe(arguments.Outcome.Exception!, state.Host);
            progress.Report(call.Notice(
                ApiNoticeKind.Retry,
                arguments.RetryDelay,
                FormattableString.Invariant(
                    $"Retry {arguments.AttemptNumber + 1} of {call.MaxRetryAttempts} for {CallState.Describe(call, state.Host)} in {arguments.RetryDelay.TotalSeconds:0.##} s: {cause}.")));
        }

        return default;
    }
}
