namespace CohereShell;

/// <summary>A call to Cohere's API that did not succeed. It never holds the key, the request or the response.</summary>
public class CohereException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">Why the call failed.</param>
    /// <param name="message">What happened, in one or two sentences.</param>
    /// <param name="innerException">What it comes from.</param>
    public CohereException(ErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>Why the call failed.</summary>
    public ErrorReason Reason { get; }

    /// <summary>The name of the category that PowerShell shows it under.</summary>
    public string Category => ErrorTable.CategoryOf(Reason);

    /// <summary>What to do about it.</summary>
    public string RecommendedAction => ErrorTable.ActionOf(Reason, StatusCode ?? 0);

    /// <summary>The operation that was called.</summary>
    public string? Operation { get; internal set; }

    /// <summary>The HTTP status of the answer; null where none came.</summary>
    public int? StatusCode { get; internal set; }

    /// <summary>The id that Cohere gave the error.</summary>
    public string? ErrorId { get; internal init; }

    /// <summary>The id of the request in Cohere's logs, for a support ticket.</summary>
    public string? RequestId { get; internal set; }

    /// <summary>How often the request was sent.</summary>
    public int Attempts { get; internal set; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>When the server asks to come back, in local time.</summary>
    public DateTimeOffset? ComeBackAt { get; internal init; }

    /// <summary>What the call had cost when it failed; null where no one knows.</summary>
    internal virtual Usage? PartialUsage => null;

    /// <summary>The same failure in clean words. Only an exception that quotes a server has others.</summary>
    /// <param name="clean">Takes out of a text what must not be shown.</param>
    internal virtual CohereException WithCleanMessage(Func<string, string> clean) => this;
}
