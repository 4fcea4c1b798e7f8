using System.Net.Http;

namespace CohereShell.Transport;

/// <summary>
/// Makes one attempt: builds the message, sends it, and reads the complete body. It's the innermost handler, so an
/// interrupted or stalled body counts as a failed attempt too.
/// </summary>
internal sealed class AttemptHandler : HttpMessageHandler
{
    /// <summary>Sends the message of the call. The request parameter only carries the context of the call.</summary>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        CallState state = CallState.Of(request.GetResilienceContext()!);
        // A message can be sent only once, and its body may be a file that is read while it is sent.
        using HttpRequestMessage message = state.Call.CreateRequest();
        state.Host = message.RequestUri?.Authority;
        state.BeginAttempt();
        HttpResponseMessage response = await ReadHeadersAsync(state.Http, message, cancellationToken).ConfigureAwait(false);
        try
        {
            if (state.Call.IsStream && response.IsSuccessStatusCode)
            {
                Stream stream = await ContentStreamAsync(response, cancellationToken).ConfigureAwait(false);
                var open = new AttemptResponse(response, stream);
                response = null!;
                return open;
            }

            return new AttemptResponse(response, await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            response?.Dispose();
        }
    }

#if NET
    private static async Task<HttpResponseMessage> ReadHeadersAsync(HttpClient http, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (ConnectionFailures.IsTimeout(exception) && !cancellationToken.IsCancellationRequested)
        {
            // .NET reports this timeout as a cancellation.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection didn't open in time.", exception);
        }
    }
#else
    private static Task<HttpResponseMessage> ReadHeadersAsync(HttpClient http, HttpRequestMessage message, CancellationToken cancellationToken) =>
        http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
#endif

    private static async Task<PooledBody> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Reads of .NET Framework ignore the token. They end when the response is disposed.
        using CancellationTokenRegistration ending = cancellationToken.Register(static state => ((HttpResponseMessage)state!).Dispose(), response);
        try
        {
            using Stream stream = await ContentStreamAsync(response, cancellationToken).ConfigureAwait(false);
            int bound = response.IsSuccessStatusCode ? AnswerBounds.LargestBody : AnswerBounds.LargestErrorBody;
            long? length = response.Content.Headers.ContentLength;
            PooledBody body = await PooledBody.ReadAsync(stream, length, bound, cancellationToken).ConfigureAwait(false);
            // Some runtimes don't notice that compressed data ends too early. The length isn't known for such a body.
            if (length is null && response.IsSuccessStatusCode && IsCutShort(body.Memory.Span))
            {
                body.Dispose();
                throw new InvalidDataException("it ends too early");
            }

            return body;
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is not OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception) when (ConnectionFailures.IsDamage(exception))
        {
            // The same as a body that was cut short, so the attempt is repeated.
            throw new DamagedBodyException(exception);
        }
    }

    /// <summary>Whether a body starts as a JSON object or list and doesn't end as one.</summary>
    private static bool IsCutShort(ReadOnlySpan<byte> body)
    {
        int end = body.Length - 1;
        while (end > 0 && body[end] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            end--;
        }

        return end >= 0 && ((body[0] == '{' && body[end] != '}') || (body[0] == '[' && body[end] != ']'));
    }

    private static Task<Stream> ContentStreamAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
#if NET
        response.Content.ReadAsStreamAsync(cancellationToken);
#else
        response.Content.ReadAsStreamAsync();
#endif
}
