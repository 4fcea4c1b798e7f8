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

    /// <summary>Error bodies are {"message": ...} or {"id": ..., "message": ...}. Gateways use other names.</summary>
    private static readonly string[] MessageNames = ["message", "error", "detail", "error_description"];

    public static CohereException FromReply(ApiReply reply, ApiRequest request, ApiKey key)
    {
        (string? message, string? id, string? type) = ReadBody(reply, key);
        ErrorReason reason = reply.StatusCode == 422 ? ErrorTable.ReasonOf(type) ?? ErrorReason.UnacceptableValue
            : RateLimitRefusal.Of(reply) is { IsMonthly: true } ? ErrorReason.MonthlyLimitReached
            : ErrorTable.ReasonOf(reply.StatusCode);
        var text = new StringBuilder();
        text.Append(FormattableString.Invariant($"{request.Title} failed with status {reply.StatusCode}: "));
        text.Append(message ?? Describe(reply, reason, key));
        text.Append(TypeSentence(type));
        DateTimeOffset? comeBack = reply.RetryAfter is { } delay && delay > TimeSpan.Zero && reason != ErrorReason.MonthlyLimitReached ? DateTimeOffset.Now + delay : null;
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
            ComeBackAt = DateTimeOffset.Now + exception.RetryAfter,
        };

    /// <summary>The status means success, but the body isn't what the API describes.</summary>
    public static CohereException InvalidAnswer(ApiReply reply, ApiRequest request, ApiKey key, Exception? cause) =>
        new(ErrorReason.InvalidAnswer, key.Redact($"The response to {request.Title} can't be read: {Describe(reply, ErrorReason.InvalidAnswer, key)}"), key.Redact(cause));

    /// <summary>The sentence that tells the name of an error; empty if it doesn't have one.</summary>
    public static string TypeSentence(string? type) => type is null ? string.Empty : $" The type of the error is {type}.";

    private static (string? Message, string? Id, string? Type) ReadBody(ApiReply reply, ApiKey key)
    {
        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, null, null);
            }

            JsonElement body = document.RootElement;
            string? message = MessageNames.Select(name => MessageIn(body, name)).FirstOrDefault(found => found is not null);
            string? type = TextIn(body, "error_type");
            return (message is null ? null : Sentence(Shorten(key.Redact(message))), TextIn(body, "id"), type is null ? null : Shorten(key.Redact(type)));
        }
        catch (JsonException)
        {
            return (null, null, null);
        }
    }

    // Some gateways send {"error": {"message": ...}}.
    private static string? MessageIn(JsonElement body, string name) =>
        !body.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? NullIfEmpty(value.GetString())
        : value.ValueKind == JsonValueKind.Object && value.TryGetProperty("message", out JsonElement inner) && inner.ValueKind == JsonValueKind.String ? NullIfEmpty(inner.GetString())
        : null;

    private static string? TextIn(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? NullIfEmpty(value.GetString()) : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

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
        return line.Length <= LongestQuote ? line : line.Substring(0, LongestQuote) + "…";
    }
}
