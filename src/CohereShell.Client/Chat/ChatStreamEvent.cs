namespace CohereShell;

/// <summary>What an event of a stream tells.</summary>
public enum ChatStreamEventType
{
    /// <summary>An event that this version of the module does not know.</summary>
    Unknown,

    /// <summary>The answer begins.</summary>
    MessageStart,

    /// <summary>A part of the answer begins: text or thoughts.</summary>
    ContentStart,

    /// <summary>A piece of text or thoughts.</summary>
    ContentDelta,

    /// <summary>A part of the answer has ended.</summary>
    ContentEnd,

    /// <summary>A piece of the plan for using tools.</summary>
    ToolPlanDelta,

    /// <summary>A tool call begins.</summary>
    ToolCallStart,

    /// <summary>A piece of a tool call's arguments.</summary>
    ToolCallDelta,

    /// <summary>A tool call is complete.</summary>
    ToolCallEnd,

    /// <summary>A citation.</summary>
    CitationStart,

    /// <summary>A citation is complete.</summary>
    CitationEnd,

    /// <summary>The answer is complete; <see cref="ChatStreamEvent.Response"/> holds all of it.</summary>
    MessageEnd,
}

/// <summary>A piece of an answer, as it arrives. See <see href="https://docs.cohere.com/docs/streaming"/>.</summary>
public sealed class ChatStreamEvent
{
    /// <summary>What the event tells.</summary>
    public ChatStreamEventType Type { get; internal init; }

    /// <summary>Which part of the answer, tool call or citation it belongs to.</summary>
    public int? Index { get; internal init; }

    /// <summary>A piece of the answer's text.</summary>
    public string? Text { get; internal init; }

    /// <summary>A piece of the model's thoughts.</summary>
    public string? Thinking { get; internal init; }

    /// <summary>A piece of the plan for using tools.</summary>
    public string? ToolPlan { get; internal init; }

    /// <summary>
    /// The tool call: its name at the start, the piece of arguments that arrived in between, all of it at the end.
    /// </summary>
    public ToolCall? ToolCall { get; internal init; }

    /// <summary>A citation.</summary>
    public Citation? Citation { get; internal init; }

    /// <summary>The log probabilities of the piece, where they were asked for.</summary>
    public LogProb? LogProb { get; internal init; }

    /// <summary>The id of the answer, in the first and the last event.</summary>
    public string? Id { get; internal init; }

    /// <summary>Why the answer ended, in the last event.</summary>
    public ChatFinishReason? FinishReason { get; internal init; }

    /// <summary>What the answer cost, in the last event.</summary>
    public Usage? Usage { get; internal init; }

    /// <summary>The whole answer, in the last event.</summary>
    public ChatResponse? Response { get; internal init; }

    /// <summary>The piece of text, so that joined events are the answer.</summary>
    public override string ToString() => Text ?? string.Empty;
}
