namespace CohereShell;

/// <summary>A call to Cohere's API failed. The exception never holds the key, the request or the response.</summary>
public class CohereException : Exception
{
    private readonly string? _errorId;
    private readonly string? _errorType;
    private string? _requestId;

    /// <summary>Creates the exception.</summary>
    /// <param name="reason">Why the call failed.</param>
    /// <param name="message">What failed, in one or two sentences.</param>
    /// <param name="innerException">The cause.</param>
    public CohereException(ErrorReason reason, string message, Exception? innerException = null)
        : base(KnownSecrets.Redact(HarmlessText.From(message)), Harmless(innerException))
    {
        Reason = reason;
    }

    /// <summary>Why the call failed.</summary>
    public ErrorReason Reason { get; }

    /// <summary>The name of the PowerShell error category.</summary>
    public string Category => ErrorTable.CategoryOf(Reason);

    /// <summary>What to do about the error.</summary>
    public string RecommendedAction => Advice ?? ErrorTable.ActionOf(Reason, StatusCode ?? 0);

    /// <summary>A recommended action that fits this error better than that of its kind; null if there isn't one.</summary>
    internal string? Advice { get; set; }

    /// <summary>The operation that was called.</summary>
    public string? Operation { get; internal set; }

    /// <summary>The HTTP status of the response; null if there wasn't one.</summary>
    public int? StatusCode { get; internal set; }

    /// <summary>The id of the error that Cohere returned.</summary>
    public string? ErrorId
    {
        get => _errorId;
        internal init => _errorId = Clean(value);
    }

    /// <summary>
    /// The name that Cohere gives the error, such as <c>INVALID_TOOL_GENERATION</c>. Most errors don't have one.
    /// </summary>
    public string? ErrorType
    {
        get => _errorType;
        internal init => _errorType = Clean(value);
    }

    /// <summary>The id of the request in Cohere's logs, for a support ticket.</summary>
    public string? RequestId
    {
        get => _requestId;
        internal set => _requestId = Clean(value);
    }

    /// <summary>The number of times the request was sent.</summary>
    public int Attempts { get; internal set; }

    /// <summary>How long the server asks to wait before the next request.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>When the server accepts the next request, in local time.</summary>
    public DateTimeOffset? ComeBackAt { get; internal init; }

    /// <summary>The cost of the call up to the failure; null if it isn't known.</summary>
    internal virtual Usage? PartialUsage => null;

    private static string? Clean(string? text) => text is null ? null : HarmlessText.From(text);

    // The text of a cause can quote a server, as the message of a JSON error quotes names.
    private static Exception? Harmless(Exception? cause) => cause?.ToString() is { } text && HarmlessText.IsHarmless(text) && !KnownSecrets.AreIn(text) ? cause : null;

    /// <summary>The same failure with a message that is safe to show. Only an exception that quotes a server differs.</summary>
    /// <param name="clean">Removes from a text what must not be shown.</param>
    internal virtual CohereException WithCleanMessage(Func<string, string> clean) => this;
}
