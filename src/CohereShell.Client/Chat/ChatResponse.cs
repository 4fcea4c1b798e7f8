namespace CohereShell;

/// <summary>The model's answer. See <see href="https://docs.cohere.com/reference/chat"/>.</summary>
public sealed class ChatResponse
{
    internal ChatResponse(ChatMessage message, ChatRequest request)
    {
        var documents = new CitedDocuments(request);
        AnswerMessage = new ChatMessage(message.Role, message.Content)
        {
            ToolPlan = message.ToolPlan,
            ToolCalls = message.ToolCalls,
            Citations = message.Citations.Select(citation => documents.Link(citation.In(message.TextOf(citation)))).ToArray(),
        };
        // Always an array, because PowerShell can't index the list type that the compiler generates.
        History = request.Messages.Append(AnswerMessage).ToArray();
    }

    /// <summary>The text of the answer.</summary>
    public string Text => AnswerMessage.Text;

    /// <summary>The model's thoughts before its answer; null if it didn't return any.</summary>
    public string? Thinking => AnswerMessage.Thinking;

    /// <summary>The model's plan for the tools that it calls.</summary>
    public string? ToolPlan => AnswerMessage.ToolPlan;

    /// <summary>The tools that the model calls.</summary>
    public IReadOnlyList<ToolCall> ToolCalls => AnswerMessage.ToolCalls;

    /// <summary>The citations: the sources of parts of the answer.</summary>
    public IReadOnlyList<Citation> Citations => AnswerMessage.Citations;

    /// <summary>Why the answer ended.</summary>
    public ChatFinishReason FinishReason { get; internal init; }

    /// <summary>The cost, including the calls before it that led to tool calls.</summary>
    public Usage Usage { get; internal set; } = Usage.None;

    /// <summary>The model that answered.</summary>
    public string Model { get; internal init; } = string.Empty;

    /// <summary>
    /// The id of the answer. If it answers a row of the pipeline and -IdProperty is specified, it's the id of the row.
    /// </summary>
    public string Id { get; internal set; } = string.Empty;

    /// <summary>The id of the answer at Cohere.</summary>
    public string ResponseId { get; internal init; } = string.Empty;

    /// <summary>The row of the pipeline that it answers; null if it doesn't answer a row.</summary>
    public object? InputObject { get; internal set; }

    /// <summary>The position of the row among all rows of the command, from 0; null if it doesn't answer a row.</summary>
    public long? Index { get; internal set; }

    /// <summary>The log probabilities of the answer's tokens, if you requested them.</summary>
    public IReadOnlyList<LogProb> LogProbs { get; internal init; } = [];

    /// <summary>The question: the text of the last user message.</summary>
    public string? Message { get; internal init; }

    /// <summary>The whole conversation with this answer. Use it to continue the conversation.</summary>
    public IReadOnlyList<ChatMessage> History { get; }

    /// <summary>The time from the first byte sent to the last byte received, including retries and tools.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>The tool calls that -InvokeTool ran on the way to the answer.</summary>
    public IReadOnlyList<ToolStep> ToolSteps { get; internal set; } = [];

    internal ChatMessage AnswerMessage { get; }

    /// <summary>
    /// Returns the answer as Markdown: the text with the numbers of its sources after each cited passage, and the list of
    /// sources at the end. Control characters are made visible.
    /// </summary>
    public string ToMarkdown() => CitedMarkdown.From(this);

    /// <summary>
    /// Returns the whole conversation with this answer as JSON, to save it in a file or to pass it to -History.
    /// <see cref="ChatConversation"/> reads it.
    /// </summary>
    public string ToJson() => new ChatConversation(this).ToJson();

    /// <summary>The text of the answer.</summary>
    public override string ToString() => Text;
}

/// <summary>The log probabilities of a chunk of the answer.</summary>
public sealed class LogProb
{
    /// <summary>The text of the chunk.</summary>
    public string? Text { get; init; }

    /// <summary>The ids of its tokens.</summary>
    public IReadOnlyList<int> TokenIds { get; init; } = [];

    /// <summary>The log probability of each token.</summary>
    public IReadOnlyList<double> LogProbs { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Text ?? string.Empty;
}
