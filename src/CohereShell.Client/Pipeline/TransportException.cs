using System.ComponentModel;

namespace CohereShell;

/// <summary>A call got no response, or a stream broke.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TransportException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">Why the call failed.</param>
    /// <param name="message">What failed.</param>
    /// <param name="innerException">The cause.</param>
    public TransportException(ErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>Why the call failed.</summary>
    public ErrorReason Reason { get; }

    /// <summary>The number of times the call was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>How long the server asks to wait before the next request.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
