using System.Globalization;
using System.Text;

namespace CohereShell;

/// <summary>
/// Makes exceptions from answers that are no success, whatever a server or a proxy may have sent. What only the call
/// knows, its operation, status, request id and attempts, is added by <see cref="CallRecord.Describe"/>.
/// </summary>
internal static class ApiErrors
{
    private const int LongestQuote = 300;
    private const int LongestBeginning = 16384;

    /// <summary>Error bodies are {"message": ...} or {"id": ..., "message": ...}; gateways have their own names.</summary>
    private static readonly string[] MessageNames = ["message", "error", "detail", "error_description"];

    public static CohereException FromReply(ApiReply reply, Operation operation, ApiKey key)
    {
        ErrorReason reason = ErrorTable.ReasonOf(reply.StatusCode);
        (string? message, string? id) = ReadBody(reply, key);
        var text = new StringBuilder();
        text.Append(FormattableString.Invariant($"{operation.Name} failed with status {reply.StatusCode}: "));
        text.Append(message ?? Describe(reply, reason, key));
        DateTimeOffset? comeBack = reply.RetryAfter is { } delay && delay > TimeSpan.Zero ? DateTimeOffset.Now + delay : null;
        if (comeBack is { } time)
        {
            text.Append(FormattableString.Invariant($" The server asks to come back in {Math.Ceiling(reply.RetryAfter!.Value.TotalSeconds)} s, at {time:yyyy-MM-dd HH:mm:ss}."));
        }

        if (reply.Attempts > 1)
        {
            text.Append(FormattableString.Invariant($" It was sent {reply.Attempts} times."));
        }

        return new CohereException(reason, key.Redact(text.ToString()))
        {
            ErrorId = key.Redact(id),
            RetryAfter = reply.RetryAfter,
            ComeBackAt = comeBack,
        };
    }

    public static CohereException FromTransport(TransportException exception, ApiKey key) =>
        new(exception.Reason, key.Redact(exception.Message), key.Redact(exception.InnerException))
        {
            RetryAfter = exception.RetryAfter,
            ComeBackAt = DateTimeOffset.Now + exception.RetryAfter,
        };

    /// <summary>The status says success and the body is not what the API describes.</summary>
    public static CohereException InvalidAnswer(ApiReply reply, Operation operation, ApiKey key, Exception? cause) =>
        new(ErrorReason.InvalidAnswer, key.Redact($"{operation.Name} got an answer that it cannot read: {Describe(reply, ErrorReason.InvalidAnswer, key)}"), key.Redact(cause));

    private static (string? Message, string? Id) ReadBody(ApiReply reply, ApiKey key)
    {
        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, null);
            }

            JsonElement body = document.RootElement;
            string? message = MessageNames.Select(name => MessageIn(body, name)).FirstOrDefault(found => found is not null);
            string? id = body.TryGetProperty("id", out JsonElement found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
            return (message is null ? null : Sentence(Shorten(key.Redact(message))), id);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    // Some gateways answer {"error": {"message": ...}}.
    private static string? MessageIn(JsonElement body, string name) =>
        !body.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? NullIfEmpty(value.GetString())
        : value.ValueKind == JsonValueKind.Object && value.TryGetProperty("message", out JsonElement inner) && inner.ValueKind == JsonValueKind.String ? NullIfEmpty(inner.GetString())
        : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string Describe(ApiReply reply, ErrorReason reason, ApiKey key)
    {
        if (reason == ErrorReason.Redirected)
        {
            return $"the address answers with a redirect{(reply.Location is null ? string.Empty : $" to '{reply.Location}'")}, which is not followed because it would carry the key along.";
        }

        if (reply.Stream is not null)
        {
            return $"it is {reply.MediaType ?? "of unknown type"} where a stream of events should be.";
        }

        if (reply.Body.Length == 0)
        {
            return "the body is empty.";
        }

        string text = Beginning(reply.Body, key);
        string kind = reply.MediaType ?? (text.TrimStart().StartsWith("<", StringComparison.Ordinal) ? "text/html" : "unknown");
        return $"the body is {reply.Body.Length.ToString(CultureInfo.InvariantCulture)} bytes of {kind}: '{Shorten(text)}'";
    }

    /// <summary>Cleaned before it is cut: half a key is too much as well.</summary>
    private static string Beginning(ReadOnlyMemory<byte> body, ApiKey key)
    {
        int length = Math.Min(body.Length, LongestBeginning);
        string text = key.Redact(Encoding.UTF8.GetString(body.Slice(0, length).ToArray()));
        return length == body.Length ? text : text.Substring(0, text.Length / 2);
    }

    private static string Sentence(string text) => text.Length > 0 && char.IsLetterOrDigit(text[text.Length - 1]) ? text + "." : text;

    /// <summary>What a server has said, on one line and without what a terminal would obey.</summary>
    public static string Shorten(string text)
    {
        string line = new(text.Select(character => char.IsControl(character) ? ' ' : character).ToArray());
        line = string.Join(" ", line.Split([' '], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestQuote ? line : line.Substring(0, LongestQuote) + "…";
    }
}
