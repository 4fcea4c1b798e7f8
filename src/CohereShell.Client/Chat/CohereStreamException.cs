namespace CohereShell;

/// <summary>A stream that ended too early or with an error. It keeps what had arrived.</summary>
public sealed class CohereStreamException : CohereException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">Why the stream failed.</param>
    /// <param name="message">What happened.</param>
    /// <param name="partialResponse">What had arrived until then.</param>
    /// <param name="innerException">What it comes from.</param>
    public CohereStreamException(ErrorReason reason, string message, ChatResponse partialResponse, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        PartialResponse = partialResponse;
    }

    /// <summary>The answer as far as it arrived.</summary>
    public ChatResponse PartialResponse { get; }

    internal override Usage? PartialUsage => PartialResponse.Usage;

    internal override CohereException WithCleanMessage(Func<string, string> clean) => new CohereStreamException(Reason, clean(Message), PartialResponse);
}
