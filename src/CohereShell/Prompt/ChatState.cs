namespace CohereShell.Prompt;

/// <summary>The current state of an interactive chat.</summary>
internal sealed class ChatState
{
    public string Model { get; set; } = string.Empty;

    /// <summary>Instructions, placed before the messages.</summary>
    public string? SystemMessage { get; set; }

    /// <summary>The messages so far, without instructions.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; private set; } = [];

    /// <summary>Images for the next message.</summary>
    public List<ChatContent> Images { get; } = [];

    public List<ChatTool> Tools { get; } = [];

    /// <summary>The usage of all answers in this chat, including earlier conversations.</summary>
    public Usage Usage { get; private set; } = Usage.None;

    /// <summary>Their cost in US dollars; null if that of one of them isn't known.</summary>
    public decimal? Cost { get; private set; } = 0;

    /// <summary>The number of these answers.</summary>
    public int Answers { get; private set; }

    /// <summary>The file in which the conversation is saved.</summary>
    public string? Path { get; set; }

    /// <summary>The question that was asked last, whether it was answered or not.</summary>
    public ChatMessage? LastQuestion { get; set; }

    public int Turns => Messages.Count(message => message.Role == ChatRole.User);

    /// <summary>The conversation with its instructions.</summary>
    public IReadOnlyList<ChatMessage> All => SystemMessage is null ? Messages : [new ChatMessage(ChatRole.System, SystemMessage), .. Messages];

    /// <summary>Counts an answer.</summary>
    /// <param name="usage">Its usage.</param>
    /// <param name="cost">Its cost; null if it isn't known.</param>
    public void Count(Usage usage, decimal? cost)
    {
        Usage = Usage.Plus(usage);
        Cost += cost;
        Answers++;
    }

    /// <summary>Restores messages that were taken out.</summary>
    public void Restore(IReadOnlyList<ChatMessage> messages) => Messages = messages;

    /// <summary>Continues with other messages. Instructions among them replace the current ones.</summary>
    public void Continue(IReadOnlyList<ChatMessage> messages)
    {
        Messages = messages.Where(message => message.Role != ChatRole.System).ToArray();
        SystemMessage = messages.LastOrDefault(message => message.Role == ChatRole.System)?.Text ?? SystemMessage;
    }

    /// <summary>Takes the last question and its answer out of the conversation. Returns the question; null if there isn't one.</summary>
    public ChatMessage? TakeLastQuestion()
    {
        int last = Messages.Count - 1;
        while (last >= 0 && Messages[last].Role != ChatRole.User)
        {
            last--;
        }

        // A question whose answer failed isn't part of the conversation.
        if (LastQuestion is { } question && (last < 0 || !ReferenceEquals(Messages[last], question)))
        {
            return question;
        }

        if (last < 0)
        {
            return null;
        }

        question = Messages[last];
        Messages = Messages.Take(last).ToArray();
        return question;
    }

    public void Clear()
    {
        Messages = [];
        Images.Clear();
        Path = null;
        LastQuestion = null;
    }

    /// <summary>A prompt with model, turns and usage, as far as they fit.</summary>
    public string Prompt(int width)
    {
        string[] facts =
        [
            FormattableString.Invariant($"{Turns} {(Turns == 1 ? "turn" : "turns")}"),
            .. Usage.ToString() is { Length: > 0 } usage ? [usage] : Array.Empty<string>(),
            .. Images.Count > 0 ? [FormattableString.Invariant($"+{Images.Count} {(Images.Count == 1 ? "image" : "images")}")] : Array.Empty<string>(),
        ];
        string model = DisplayText.OneLine(Model, 60);
        string[] prompts = [$"{model} ({string.Join(", ", facts)})> ", $"{model}> ", "> "];
        return prompts.First(prompt => prompt.Length <= Math.Max(2, width - 24));
    }
}
