using System.Globalization;
using System.Net.Http;
using System.Net.Http.Headers;

namespace CohereShell.Transport;

/// <summary>The response of an attempt, with the reply for the module. Disposing it disposes the reply.</summary>
internal sealed class AttemptResponse : HttpResponseMessage
{
    /// <summary>X-RateLimit-Reset is a number of seconds, or a Unix time. Numbers from this value on are Unix times.</summary>
    private const double SmallestUnixTime = 1_000_000_000;

    /// <summary>Creates the response of a body that has been read.</summary>
    public AttemptResponse(HttpResponseMessage response, PooledBody body)
        : base(response.StatusCode) => Reply = CreateReply(response, body.Memory, null, body);

    /// <summary>Creates the response of a stream that the caller reads. The reply owns the response and the stream.</summary>
    public AttemptResponse(HttpResponseMessage response, Stream stream)
        : base(response.StatusCode) => Reply = CreateReply(response, default, stream, response);

    public ApiReply Reply { get; }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reply.Dispose();
        }

        base.Dispose(disposing);
    }

    private static ApiReply CreateReply(HttpResponseMessage response, ReadOnlyMemory<byte> body, Stream? stream, IDisposable? owner) =>
        new((int)response.StatusCode, body, stream, owner)
        {
            MediaType = response.Content?.Headers.ContentType?.MediaType?.ToLowerInvariant(),
            CharSet = response.Content?.Headers.ContentType?.CharSet,
            Length = response.Content?.Headers.ContentLength,
            RangeStart = response.Content?.Headers.ContentRange?.From,
            EntityTag = response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null,
            Location = response.Headers.Location?.ToString(),
            RequestId = ValueOf(response.Headers, "x-debug-trace-id") ?? ValueOf(response.Headers, "x-request-id"),
            Warning = ValueOf(response.Headers, "X-API-Warning"),
            MonthlyCallLimit = CountOf(response.Headers, "x-endpoint-monthly-call-limit"),
            TrialCallLimit = CountOf(response.Headers, "x-trial-endpoint-call-limit"),
            TrialCallsRemaining = CountOf(response.Headers, "x-trial-endpoint-call-remaining"),
            RetryAfter = response.IsSuccessStatusCode ? null : RetryAfterOf(response.Headers),
        };

    private static TimeSpan? RetryAfterOf(HttpResponseHeaders headers)
    {
        // Prefers the server's clock, because the clock of this computer may be wrong.
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

    private static int? CountOf(HttpResponseHeaders headers, string name) =>
        int.TryParse(ValueOf(headers, name), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;

    private static string? ValueOf(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
