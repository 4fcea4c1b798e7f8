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
        // An array: PowerShell cannot take an element out of a list that the compiler made.
        History = request.Messages.Append(AnswerMessage).ToArray();
    }

    /// <summary>The answer.</summary>
    public string Text => AnswerMessage.Text;

    /// <summary>What the model thought before it answered; null where it did not say.</summary>
    public string? Thinking => AnswerMessage.Thinking;

    /// <summary>How the model means to use the tools that it calls.</summary>
    public string? ToolPlan => AnswerMessage.ToolPlan;

    /// <summary>The tools that the model calls.</summary>
    public IReadOnlyList<ToolCall> ToolCalls => AnswerMessage.ToolCalls;

    /// <summary>Where the parts of the answer come from.</summary>
    public IReadOnlyList<Citation> Citations => AnswerMessage.Citations;

    /// <summary>Why the answer ended.</summary>
    public ChatFinishReason FinishReason { get; internal init; }

    /// <summary>What it cost, the calls before it that led to tools included.</summary>
    public Usage Usage { get; internal set; } = Usage.None;

    /// <summary>The model that answered.</summary>
    public string Model { get; internal init; } = string.Empty;

    /// <summary>The id of the answer.</summary>
    public string Id { get; internal init; } = string.Empty;

    /// <summary>The log probabilities of the answer's tokens, where they were asked for.</summary>
    public IReadOnlyList<LogProb> LogProbs { get; internal init; } = [];

    /// <summary>The question: the text of the last message that the user sent.</summary>
    public string? Message { get; internal init; }

    /// <summary>The whole conversation, this answer included: what to go on with.</summary>
    public IReadOnlyList<ChatMessage> History { get; }

    /// <summary>From the first byte sent to the last byte of the answer, retries and tools included.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>What the model has had done on the way to the answer, with -InvokeTool.</summary>
    public IReadOnlyList<ToolStep> ToolSteps { get; internal set; } = [];

    internal ChatMessage AnswerMessage { get; }

    /// <summary>
    /// The answer as Markdown: its text with the numbers of its sources behind what it takes from them, and a list of the
    /// sources at the end. Control characters are made visible.
    /// </summary>
    public string ToMarkdown() => CitedMarkdown.From(this);

    /// <summary>
    /// The whole conversation, this answer included, as JSON: for a file, and for -History. <see cref="ChatConversation"/>
    /// reads it.
    /// </summary>
    public string ToJson() => new ChatConversation(this).ToJson();

    /// <summary>The text of the answer.</summary>
    public override string ToString() => Text;
}

/// <summary>The log probabilities of a piece of the answer.</summary>
public sealed class LogProb
{
    /// <summary>The piece.</summary>
    public string? Text { get; init; }

    /// <summary>The ids of its tokens.</summary>
    public IReadOnlyList<int> TokenIds { get; init; } = [];

    /// <summary>The log probability of each token.</summary>
    public IReadOnlyList<double> LogProbs { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Text ?? string.Empty;
}
