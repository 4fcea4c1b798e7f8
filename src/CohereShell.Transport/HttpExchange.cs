using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Transport;

/// <summary>One attempt: a message built anew, and what comes back.</summary>
internal static class HttpExchange
{
    /// <summary>X-RateLimit-Reset holds seconds, or a point in time in seconds since 1970: which of the two, its size tells.</summary>
    private const double SmallestUnixTime = 1_000_000_000;

    public static async ValueTask<ApiReply> SendAsync(ApiCall call, HttpClient http, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = call.CreateRequest();
        HttpResponseMessage response = await ReadHeadersAsync(http, request, cancellationToken).ConfigureAwait(false);
        try
        {
            if (call.IsStream && response.IsSuccessStatusCode)
            {
                Stream stream = await ContentStreamAsync(response, cancellationToken).ConfigureAwait(false);
                ApiReply open = CreateReply(response, default, stream, response);
                response = null!;
                return open;
            }

            PooledBody body = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
            return CreateReply(response, body.Memory, null, body);
        }
        finally
        {
            response?.Dispose();
        }
    }

#if NET
    private static async Task<HttpResponseMessage> ReadHeadersAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (ConnectionFailures.IsTimeout(exception) && !cancellationToken.IsCancellationRequested)
        {
            // Dressed up as a cancellation, though nobody has cancelled.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection did not open in time.", exception);
        }
    }
#else
    private static Task<HttpResponseMessage> ReadHeadersAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken) =>
        http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
#endif

    private static async Task<PooledBody> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Reads of .NET Framework do not listen to the token; they end when the response is disposed.
        using CancellationTokenRegistration ending = cancellationToken.Register(static state => ((HttpResponseMessage)state!).Dispose(), response);
        try
        {
            using Stream stream = await ContentStreamAsync(response, cancellationToken).ConfigureAwait(false);
            return await PooledBody.ReadAsync(stream, response.Content.Headers.ContentLength, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is not OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static Task<Stream> ContentStreamAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
#if NET
        response.Content.ReadAsStreamAsync(cancellationToken);
#else
        response.Content.ReadAsStreamAsync();
#endif

    private static ApiReply CreateReply(HttpResponseMessage response, ReadOnlyMemory<byte> body, Stream? stream, IDisposable? owner) =>
        new((int)response.StatusCode, body, stream, owner)
        {
            MediaType = response.Content?.Headers.ContentType?.MediaType?.ToLowerInvariant(),
            Length = response.Content?.Headers.ContentLength,
            RangeStart = response.Content?.Headers.ContentRange?.From,
            EntityTag = response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null,
            Location = response.Headers.Location?.ToString(),
            RequestId = ValueOf(response.Headers, "x-debug-trace-id") ?? ValueOf(response.Headers, "x-request-id"),
            Warning = ValueOf(response.Headers, "X-API-Warning"),
            RetryAfter = response.IsSuccessStatusCode ? null : RetryAfterOf(response.Headers),
        };

    private static TimeSpan? RetryAfterOf(HttpResponseHeaders headers)
    {
        // The server's own clock, where it tells: the one here may be wrong.
        DateTimeOffset now = headers.Date ?? DateTimeOffset.UtcNow;
        TimeSpan? wait =
            headers.RetryAfter is { Delta: { } delta } ? delta
            : headers.RetryAfter is { Date: { } date } ? date - now
            : NumberOf(headers, "Retry-After") is { } fraction ? TimeSpan.FromSeconds(fraction)
            : NumberOf(headers, "X-RateLimit-Reset") is { } reset
                ? reset < SmallestUnixTime ? TimeSpan.FromSeconds(reset) : DateTimeOffset.FromUnixTimeMilliseconds((long)(reset * 1000)) - now
            : null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static double? NumberOf(HttpResponseHeaders headers, string name) =>
        ValueOf(headers, name) is { } text
        && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
        && number < 1e11
            ? number
            : null;

    private static string? ValueOf(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
