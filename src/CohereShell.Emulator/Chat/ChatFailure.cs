namespace CohereShell.Emulation;

/// <summary>A failed generation: with a status, or in a stream with status 200 as an error in the last event.</summary>
/// <param name="Word">The word in a message that causes the failure.</param>
/// <param name="Status">The status without a stream.</param>
/// <param name="FinishReason">The finish reason in a stream.</param>
/// <param name="ErrorType">The type of the error. Null if the API doesn't have one for it.</param>
/// <param name="Message">The message.</param>
internal sealed record ChatFailure(string Word, int Status, string FinishReason, string? ErrorType, string Message)
{
    internal static readonly ChatFailure InvalidTool = new(
        "emulate:invalid-tool", 422, "ERROR", "INVALID_TOOL_GENERATION", "your request resulted in an invalid tool generation. Try updating the messages or tool definitions");

    private static readonly ChatFailure[] All =
    [
        new("emulate:error", 500, "ERROR", null, "the generation failed due to an internal error"),
        new("emulate:timeout", 504, "TIMEOUT", null, "the generation took longer than the allowed time"),
        InvalidTool,
        new("emulate:no-response", 422, "ERROR", "NO_VALID_RESPONSE_GENERATED", "No valid response generated. Try updating the messages or tool definitions"),
    ];

    /// <summary>The failure that a message asks for. Null if it asks for none.</summary>
    internal static ChatFailure? Asked(ChatInput request) => All.FirstOrDefault(failure => request.Asks(failure.Word));

    /// <summary>The answer as far as it came. A tool call that isn't valid isn't part of it, and neither is a text that isn't.</summary>
    internal ChatAnswer Of(ChatAnswer answer) => (ErrorType is null ? answer : new ChatAnswer { Thinking = answer.Thinking, ToolPlan = answer.ToolPlan }) with
    {
        FinishReason = FinishReason,
        Failure = this,
    };

    internal EmulatorException ToException() => new(Status, Message) { ErrorType = ErrorType };
}
