namespace CohereShell;

/// <summary>A call to Cohere's API failed. The exception never holds the key, the request or the response.</summary>
public class CohereException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">Why the call failed.</param>
    /// <param name="message">What failed, in one or two sentences.</param>
    /// <param name="innerException">The cause.</param>
    public CohereException(ErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>Why the call failed.</summary>
    public ErrorReason Reason { get; }

    /// <summary>The name of the PowerShell error category.</summary>
    public string Category => ErrorTable.CategoryOf(Reason);

    /// <summary>What to do about the error.</summary>
    public string RecommendedAction => ErrorTable.ActionOf(Reason, StatusCode ?? 0);

    /// <summary>The operation that was called.</summary>
    public string? Operation { get; internal set; }

    /// <summary>The HTTP status of the response; null if there wasn't one.</summary>
    public int? StatusCode { get; internal set; }

    /// <summary>The id of the error that Cohere returned.</summary>
    public string? ErrorId { get; internal init; }

    /// <summary>
    /// The name that Cohere gives the error, such as <c>INVALID_TOOL_GENERATION</c>. Most errors don't have one.
    /// </summary>
    public string? ErrorType { get; internal init; }

    /// <summary>The id of the request in Cohere's logs, for a support ticket.</summary>
    public string? RequestId { get; internal set; }

    /// <summary>The number of times the request was sent.</summary>
    public int Attempts { get; internal set; }

    /// <summary>How long the server asks to wait before the next request.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>When the server accepts the next request, in local time.</summary>
    public DateTimeOffset? ComeBackAt { get; internal init; }

    /// <summary>The cost of the call up to the failure; null if it isn't known.</summary>
    internal virtual Usage? PartialUsage => null;

    /// <summary>The same failure with a message that is safe to show. Only an exception that quotes a server differs.</summary>
    /// <param name="clean">Removes from a text what must not be shown.</param>
    internal virtual CohereException WithCleanMessage(Func<string, string> clean) => this;
}
