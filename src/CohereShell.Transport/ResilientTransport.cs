using System.Net.Http;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.RateLimiting;
using Polly.Timeout;

namespace CohereShell.Transport;

/// <summary>
/// Sends calls through the ResilienceHandler of Microsoft.Extensions.Http.Resilience. It's created without dependency
/// injection and HTTP client factory, which would slow down the first call and have no benefit for a session with one
/// client.
/// </summary>
public sealed class ResilientTransport : ITransport
{
    private readonly RateLimits _limits;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Creates the transport of a session.</summary>
    public ResilientTransport()
        : this(RetryPolicy.DefaultBaseDelay, RateLimits.DefaultWindow)
    {
    }

    internal ResilientTransport(TimeSpan baseDelay, TimeSpan rateLimitWindow)
    {
        _limits = new RateLimits(rateLimitWindow);
        _invoker = new HttpMessageInvoker(new ResilienceHandler(CallPipeline.Create(_limits, new RetryPolicy(baseDelay)))
        {
            InnerHandler = new AttemptHandler(),
        });
    }

    /// <inheritdoc/>
    public async Task<ApiReply> SendAsync(ApiCall apiCall, HttpClient http, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        var state = new CallState(apiCall, http);
        state.AddTo(context);
        // The innermost handler creates the real message for each attempt. This one carries the context to it.
        using var carrier = new HttpRequestMessage();
        carrier.SetResilienceContext(context);
        try
        {
            HttpResponseMessage response = await _invoker.SendAsync(carrier, cancellationToken).ConfigureAwait(false);
            ApiReply reply = ((AttemptResponse)response).Reply;
            reply.Attempts = apiCall.Attempts;
            return reply;
        }
        catch (TransportException exception)
        {
            exception.Attempts = apiCall.Attempts;
            throw;
        }
        catch (RateLimiterRejectedException)
        {
            // The queue is unlimited, so a limiter refuses only while the session closes.
            throw new OperationCanceledException();
        }
        catch (TimeoutRejectedException exception)
        {
            // The exception of the library isn't the inner exception, because users can't access its type.
            throw Failure(ErrorReason.TimedOut, FormattableString.Invariant($"No complete response from {state.Host ?? "the server"} within {exception.Timeout.TotalSeconds:0.##} s."), null, apiCall);
        }
        catch (Exception exception) when (ConnectionFailures.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            (ErrorReason reason, string message) = ConnectionProblem.Explain(exception, state.Host!);
            throw Failure(reason, message, exception, apiCall);
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
    public void Dispose()
    {
        _limits.Dispose();
        _invoker.Dispose();
    }

    private static TransportException Failure(ErrorReason reason, string message, Exception? cause, ApiCall call) =>
        new(reason, message, cause) { Attempts = call.Attempts };
}
