using System.Diagnostics;
using System.Net.Http;
using Polly;

namespace CohereShell.Transport;

/// <summary>
/// Delays an attempt while a 429 pauses its operation, and notes what its answer says about limits. It's inside the retry strategy, so each
/// attempt waits.
/// </summary>
internal sealed class PauseStrategy(PauseGate pauses, MinuteClock clock, RateLimits limits) : ResilienceStrategy<HttpResponseMessage>
{
    private readonly PauseGate _pauses = pauses;
    private readonly MinuteClock _clock = clock;
    private readonly RateLimits _limits = limits;

    protected override async ValueTask<Outcome<HttpResponseMessage>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<HttpResponseMessage>>> callback,
        ResilienceContext context,
        TState state)
    {
        CallState call = CallState.Of(context);
        try
        {
            await _pauses.WaitAsync(call, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (Exception exception) when (exception is TransportException or OperationCanceledException)
        {
            // The outer strategies expect outcomes and don't handle exceptions that are thrown.
            return Outcome.FromException<HttpResponseMessage>(exception);
        }

        long sentAt = Stopwatch.GetTimestamp();
        Outcome<HttpResponseMessage> outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        if (outcome.Result is AttemptResponse answer)
        {
            _clock.Note(call.Call, sentAt);
            _limits.Learn(call.Call, answer.Reply);
        }

        return outcome;
    }
}
