namespace CohereShell;

/// <summary>The type of a stream event.</summary>
public enum ChatStreamEventType
{
    /// <summary>An event that this version of the module doesn't know.</summary>
    Unknown,

    /// <summary>The answer starts.</summary>
    MessageStart,

    /// <summary>A part of the answer starts: text or thoughts.</summary>
    ContentStart,

    /// <summary>A chunk of text or thoughts.</summary>
    ContentDelta,

    /// <summary>A part of the answer is complete.</summary>
    ContentEnd,

    /// <summary>A chunk of the plan for using tools.</summary>
    ToolPlanDelta,

    /// <summary>A tool call starts.</summary>
    ToolCallStart,

    /// <summary>A chunk of a tool call's arguments.</summary>
    ToolCallDelta,

    /// <summary>A tool call is complete.</summary>
    ToolCallEnd,

    /// <summary>A citation.</summary>
    CitationStart,

    /// <summary>A citation is complete.</summary>
    CitationEnd,

    /// <summary>The answer is complete. <see cref="ChatStreamEvent.Response"/> holds all of it.</summary>
    MessageEnd,
}

/// <summary>A chunk of an answer, as it arrives. See <see href="https://docs.cohere.com/docs/streaming"/>.</summary>
public sealed class ChatStreamEvent
{
    /// <summary>The type of the event.</summary>
    public ChatStreamEventType Type { get; internal init; }

    /// <summary>The index of the part, tool call or citation that the event belongs to.</summary>
    public int? Index { get; internal init; }

    /// <summary>A chunk of the answer's text.</summary>
    public string? Text { get; internal init; }

    /// <summary>A chunk of the model's thoughts.</summary>
    public string? Thinking { get; internal init; }

    /// <summary>A chunk of the plan for using tools.</summary>
    public string? ToolPlan { get; internal init; }

    /// <summary>
    /// The tool call: the name when it starts, then chunks of its arguments, and the complete call when it ends.
    /// </summary>
    public ToolCall? ToolCall { get; internal init; }

    /// <summary>A citation.</summary>
    public Citation? Citation { get; internal init; }

    /// <summary>The log probabilities of the chunk, if you requested them.</summary>
    public LogProb? LogProb { get; internal init; }

    /// <summary>The id of the answer, in the first and the last event.</summary>
    public string? Id { get; internal init; }

    /// <summary>Why the answer ended, in the last event.</summary>
    public ChatFinishReason? FinishReason { get; internal init; }

    /// <summary>The cost of the answer, in the last event.</summary>
    public Usage? Usage { get; internal init; }

    /// <summary>The complete answer, in the last event.</summary>
    public ChatResponse? Response { get; internal init; }

    /// <summary>Returns the chunk of text, so that the joined events are the answer.</summary>
    public override string ToString() => Text ?? string.Empty;
}
