using System.Net.Http;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.RateLimiting;
using Polly.Timeout;

namespace CohereShell.Transport;

/// <summary>
/// Sends calls through the ResilienceHandler of Microsoft.Extensions.Http.Resilience, put together by hand: dependency
/// injection and an HTTP client factory would make the first call slower and add nothing to a session with one client.
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
        new CallState(apiCall, http).AddTo(context);
        // The message itself is made for each attempt, by the innermost handler. This one carries the context to it.
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
            // The queue has no end: only the limiter of a session that closes refuses.
            throw new OperationCanceledException();
        }
        catch (TimeoutRejectedException exception)
        {
            // The exception of the library is not passed on: users cannot name its type.
            throw Failure(ErrorReason.TimedOut, FormattableString.Invariant($"{apiCall.Operation} got no complete answer within {exception.Timeout.TotalSeconds:0.##} s."), null, apiCall);
        }
        catch (Exception exception) when (ConnectionFailures.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw ConnectionFailures.NeverOpened(exception)
                ? Failure(ErrorReason.ConnectionFailed, $"{apiCall.Operation} found no connection: {ConnectionFailures.Describe(exception)}.", exception, apiCall)
                : Failure(ErrorReason.ConnectionLost, $"{apiCall.Operation} lost the connection before the answer was complete: {ConnectionFailures.Describe(exception)}.", exception, apiCall);
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
