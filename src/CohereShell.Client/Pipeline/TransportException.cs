using System.ComponentModel;

namespace CohereShell;

/// <summary>No answer came to a call, or a stream broke.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TransportException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What it comes from.</param>
    public TransportException(ErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>Why.</summary>
    public ErrorReason Reason { get; }

    /// <summary>How often the call was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
