namespace CohereShell;

/// <summary>A stream ended too early or with an error. The exception holds the part of the answer that arrived.</summary>
public sealed class CohereStreamException : CohereException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">Why the stream failed.</param>
    /// <param name="message">What failed.</param>
    /// <param name="partialResponse">The part of the answer that arrived.</param>
    /// <param name="innerException">The cause.</param>
    public CohereStreamException(ErrorReason reason, string message, ChatResponse partialResponse, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        PartialResponse = partialResponse;
    }

    /// <summary>The part of the answer that arrived.</summary>
    public ChatResponse PartialResponse { get; }

    internal override Usage? PartialUsage => PartialResponse.Usage;

    internal override CohereException WithCleanMessage(Func<string, string> clean) =>
        new CohereStreamException(Reason, clean(Message), PartialResponse) { ErrorId = ErrorId is null ? null : clean(ErrorId), ErrorType = ErrorType is null ? null : clean(ErrorType) };
}
