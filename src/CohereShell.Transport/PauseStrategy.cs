using System.Net.Http;
using Polly;

namespace CohereShell.Transport;

/// <summary>Delays an attempt while a 429 pauses its operation. It's inside the retry strategy, so each attempt waits.</summary>
internal sealed class PauseStrategy(PauseGate pauses) : ResilienceStrategy<HttpResponseMessage>
{
    private readonly PauseGate _pauses = pauses;

    protected override async ValueTask<Outcome<HttpResponseMessage>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<HttpResponseMessage>>> callback,
        ResilienceContext context,
        TState state)
    {
        try
        {
            await _pauses.WaitAsync(CallState.Of(context), context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (Exception exception) when (exception is TransportException or OperationCanceledException)
        {
            // The outer strategies expect outcomes and don't handle exceptions that are thrown.
            return Outcome.FromException<HttpResponseMessage>(exception);
        }

        return await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
    }
}
