using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CohereShell.Transport;

/// <summary>
/// Rate limit, total timeout, retry, attempt timeout, send: the order and the names of the options are those of the
/// standard handler of Microsoft.Extensions.Http.Resilience, on the same engine.
/// </summary>
public sealed class ResilientTransport : ITransport
{
    private static readonly ResiliencePropertyKey<CallState> StateKey = new("CohereShell.CallState");

    private readonly RateLimits _limits;
    private readonly PauseGate _pauses = new();
    private readonly RetryPolicy _retry;
    private readonly ResiliencePipeline<ApiReply> _call;
    private readonly ResiliencePipeline<ApiReply> _attempt;

    /// <summary>Creates the transport of a session.</summary>
    public ResilientTransport()
        : this(RetryPolicy.DefaultBaseDelay, RateLimits.DefaultWindow)
    {
    }

    internal ResilientTransport(TimeSpan baseDelay, TimeSpan rateLimitWindow)
    {
        _retry = new RetryPolicy(baseDelay);
        _limits = new RateLimits(rateLimitWindow);
        _call = new ResiliencePipelineBuilder<ApiReply>()
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = arguments => new(StateOf(arguments.Context).Call.TotalRequestTimeout) })
            .AddRetry(new RetryStrategyOptions<ApiReply>
            {
                // Each call has its own number: counted by the policy.
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => new(ShouldRetry(arguments.Outcome, StateOf(arguments.Context), arguments.AttemptNumber)),
                DelayGenerator = arguments => new((TimeSpan?)StateOf(arguments.Context).Delay),
                OnRetry = Announce,
            })
            .Build();
        _attempt = new ResiliencePipelineBuilder<ApiReply>()
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = arguments => new(StateOf(arguments.Context).Call.AttemptTimeout) })
            .Build();
    }

    /// <inheritdoc/>
    public async Task<ApiReply> SendAsync(ApiCall apiCall, HttpClient http, CancellationToken cancellationToken)
    {
        await _limits.AcquireAsync(apiCall, cancellationToken).ConfigureAwait(false);
        var state = new CallState(apiCall, http);
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(StateKey, state);
        try
        {
            ApiReply reply = await _call.ExecuteAsync(static (context, transport) => transport.AttemptAsync(context), context, this).ConfigureAwait(false);
            reply.Attempts = state.Call.Attempts;
            return reply;
        }
        catch (TransportException exception)
        {
            exception.Attempts = state.Call.Attempts;
            throw;
        }
        catch (TimeoutRejectedException exception)
        {
            throw Failure(ErrorReason.TimedOut, $"{apiCall.Operation} got no complete answer within {Seconds(exception.Timeout)}.", exception, state);
        }
        catch (Exception exception) when (ConnectionFailures.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw ConnectionFailures.NeverOpened(exception)
                ? Failure(ErrorReason.ConnectionFailed, $"{apiCall.Operation} found no connection: {ConnectionFailures.Describe(exception)}.", exception, state)
                : Failure(ErrorReason.ConnectionLost, $"{apiCall.Operation} lost the connection before the answer was complete: {ConnectionFailures.Describe(exception)}.", exception, state);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <inheritdoc/>
    public Stream LimitSilence(Stream stream, TimeSpan idleTimeout, CancellationToken cancellationToken) =>
        new IdleTimeoutStream(stream, idleTimeout, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<T>> ReadEventsAsync<T>(Stream stream, EventParser<T> parser, TimeSpan idleTimeout, CancellationToken cancellationToken)
        where T : class => ServerSentEvents.ReadAsync(stream, parser, idleTimeout, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _limits.Dispose();

    private static CallState StateOf(ResilienceContext context) => context.Properties.GetValue(StateKey, null!);

    private async ValueTask<ApiReply> AttemptAsync(ResilienceContext context)
    {
        CallState state = StateOf(context);
        await _pauses.WaitAsync(state, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        state.Call.Attempts++;
        return await _attempt.ExecuteAsync(static (context, state) => HttpExchange.SendAsync(state.Call, state.Http, context.CancellationToken), context, state)
            .ConfigureAwait(context.ContinueOnCapturedContext);
    }

    private bool ShouldRetry(Outcome<ApiReply> outcome, CallState state, int attemptNumber)
    {
        if (!RetryPolicy.IsTransient(outcome, state.Call.Operation))
        {
            return false;
        }

        TimeSpan? asked = outcome.Result?.RetryAfter;
        state.Delay = _retry.DelayBefore(attemptNumber, asked);
        if (outcome.Result?.StatusCode == 429)
        {
            // The others learn it here, instead of each by a refusal of its own.
            _pauses.Pause(state.Call, asked ?? state.Delay);
        }

        // Waiting for what comes too late would only hide the answer that is there.
        return attemptNumber < state.Call.MaxRetryAttempts && (asked ?? state.Delay) < state.TimeLeft && state.Delay < state.TimeLeft;
    }

    private static ValueTask Announce(OnRetryArguments<ApiReply> arguments)
    {
        CallState state = StateOf(arguments.Context);
        string cause = arguments.Outcome.Result is { } reply
            ? string.Format(CultureInfo.InvariantCulture, "status {0}", reply.StatusCode)
            : ConnectionFailures.Describe(arguments.Outcome.Exception!);
        state.Call.Progress?.Report(new ApiNotice(
            ApiNoticeKind.Retry,
            state.Call.Operation,
            arguments.RetryDelay,
            FormattableString.Invariant($"{state.Call.Operation}: {cause}; sent again in {Seconds(arguments.RetryDelay)} (retry {arguments.AttemptNumber + 1} of {state.Call.MaxRetryAttempts}).")));
        return default;
    }

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.##} s");

    private static TransportException Failure(ErrorReason reason, string message, Exception cause, CallState state) =>
        // What a third-party library throws stays on this side: users cannot name its types.
        new(reason, message, cause is TimeoutRejectedException ? null : cause) { Attempts = state.Call.Attempts };
}
