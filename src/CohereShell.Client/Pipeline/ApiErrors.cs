using System.Globalization;
using System.Text;

namespace CohereShell;

/// <summary>
/// Creates exceptions from failed responses, whatever a server or a proxy sent. <see cref="CallRecord.Describe"/> adds
/// the details of the call: operation, status, request id and attempts.
/// </summary>
internal static class ApiErrors
{
    private const int LongestQuote = 300;
    private const int LongestBeginning = 16384;

    public static CohereException FromReply(ApiReply reply, ApiRequest request, ApiKey key)
    {
        (string? message, string? id, string? type) = ReadBody(reply.Body, key);
        ErrorReason reason = reply.StatusCode == 422 ? ErrorTable.ReasonOf(type) ?? ErrorReason.UnacceptableValue
            : RateLimitRefusal.Of(reply) is { IsMonthly: true } ? ErrorReason.MonthlyLimitReached
            : ErrorTable.ReasonOf(reply.StatusCode);
        var text = new StringBuilder();
        text.Append(FormattableString.Invariant($"{request.Title} failed with status {reply.StatusCode}: "));
        text.Append(message ?? Describe(reply, reason, key));
        text.Append(TypeSentence(type));
        DateTimeOffset? comeBack = reply.RetryAfter is { } delay && delay > TimeSpan.Zero && reason != ErrorReason.MonthlyLimitReached ? TimeAfter(delay) : null;
        if (comeBack is { } time)
        {
            text.Append(FormattableString.Invariant($" The server accepts the next request in {Math.Ceiling(reply.RetryAfter!.Value.TotalSeconds)} s, at {time:yyyy-MM-dd HH:mm:ss}."));
        }

        if (reply.Attempts > 1)
        {
            text.Append(FormattableString.Invariant($" The request was sent {reply.Attempts} times."));
        }

        return new CohereException(reason, key.Redact(text.ToString()))
        {
            ErrorId = key.Redact(id),
            ErrorType = type,
            RetryAfter = reply.RetryAfter,
            ComeBackAt = comeBack,
        };
    }

    /// <summary>An earlier call reached the monthly limit, so this one isn't sent.</summary>
    public static CohereException MonthlyLimitReached(ApiRequest request) =>
        new(ErrorReason.MonthlyLimitReached, $"{request.Title} wasn't sent: an earlier call of this session reached the monthly limit of the key.");

    public static CohereException FromTransport(TransportException exception, ApiKey key) =>
        new(exception.Reason, key.Redact(exception.Message), key.Redact(exception.InnerException))
        {
            RetryAfter = exception.RetryAfter,
            ComeBackAt = exception.RetryAfter is { } delay ? TimeAfter(delay) : null,
        };

    /// <summary>The status means success, but the body isn't what the API describes.</summary>
    public static CohereException InvalidAnswer(ApiReply reply, ApiRequest request, ApiKey key, Exception? cause) =>
        new(ErrorReason.InvalidAnswer, key.Redact($"The response to {request.Title} can't be read: {Describe(reply, ErrorReason.InvalidAnswer, key)}"), key.Redact(cause));

    /// <summary>The sentence that tells the name of an error; empty if it doesn't have one.</summary>
    public static string TypeSentence(string? type) => type is null ? string.Empty : $" The type of the error is {type}.";

    /// <summary>
    /// The error that a server sent instead of a stream, under a status that means success; null if there isn't one.
    /// </summary>
    /// <param name="body">The beginning of the body, if it doesn't look like events.</param>
    /// <param name="request">The request.</param>
    /// <param name="key">The key to redact.</param>
    public static CohereException? NoStream(ReadOnlyMemory<byte> body, ApiRequest request, ApiKey key)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        (string? message, string? id, string? type) = ReadBody(body, key);
        string text = message is null
            ? $"The response to {request.Title} isn't a stream of events: '{Shorten(Beginning(JsonText.Clean(body), key))}'"
            : $"{request.Title} failed: {message}{TypeSentence(type)}";
        return new CohereException(message is null ? ErrorReason.InvalidAnswer : ErrorTable.ReasonOf(type) ?? ErrorReason.GenerationFailed, key.Redact(text)) { ErrorId = key.Redact(id), ErrorType = type };
    }

    /// <summary>When the server accepts the next request. A time that a calendar doesn't have becomes its end.</summary>
    public static DateTimeOffset TimeAfter(TimeSpan delay)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        // A day less, because the end of the calendar differs by time zone.
        DateTimeOffset end = DateTimeOffset.MaxValue.AddDays(-1);
        return (delay < end - now ? now + delay : end).ToLocalTime();
    }

    private static (string? Message, string? Id, string? Type) ReadBody(ReadOnlyMemory<byte> body, ApiKey key)
    {
        var error = ErrorBody.Read(body);
        return (
            error.Message is null ? null : Sentence(Shorten(key.Redact(error.Message))),
            error.Id,
            error.Type is null ? null : Shorten(key.Redact(error.Type)));
    }

    private static string Describe(ApiReply reply, ErrorReason reason, ApiKey key)
    {
        if (reason == ErrorReason.Redirected)
        {
            return $"the address redirects{(reply.Location is null ? string.Empty : $" to '{reply.Location}'")}. The redirect wasn't followed because it would send the key to another address.";
        }

        if (reply.Stream is not null)
        {
            return $"it is {reply.MediaType ?? "of unknown type"}, not a stream of events.";
        }

        if (reply.Body.Length == 0)
        {
            return "the body is empty.";
        }

        string text = Beginning(reply.Body, key);
        string kind = reply.MediaType ?? (text.TrimStart().StartsWith("<", StringComparison.Ordinal) ? "text/html" : "unknown");
        return $"the body has {reply.Body.Length.ToString(CultureInfo.InvariantCulture)} bytes of {kind}: '{Shorten(text)}'";
    }

    /// <summary>Redacts the text before it is cut, because a cut could leave half of a key.</summary>
    private static string Beginning(ReadOnlyMemory<byte> body, ApiKey key)
    {
        int length = Math.Min(body.Length, LongestBeginning);
        string text = key.Redact(Encoding.UTF8.GetString(body.Slice(0, length).ToArray()));
        return length == body.Length ? text : text.Substring(0, text.Length / 2);
    }

    public static string Sentence(string text) => text.Length > 0 && char.IsLetterOrDigit(text[text.Length - 1]) ? text + "." : text;

    /// <summary>The server's text on one line, without control characters that a terminal would run.</summary>
    public static string Shorten(string text)
    {
        string line = new(text.Select(character => char.IsControl(character) ? ' ' : character).ToArray());
        line = string.Join(" ", line.Split([' '], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestQuote ? line : line.Substring(0, LongestQuote - (char.IsHighSurrogate(line[LongestQuote - 1]) ? 1 : 0)) + "…";
    }
}
