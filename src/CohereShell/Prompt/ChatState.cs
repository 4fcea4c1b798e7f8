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

    /// <summary>The number of these answers.</summary>
    public int Answers { get; private set; }

    /// <summary>The file in which the conversation is saved.</summary>
    public string? Path { get; set; }

    public int Turns => Messages.Count(message => message.Role == ChatRole.User);

    /// <summary>The conversation with its instructions.</summary>
    public IReadOnlyList<ChatMessage> All => SystemMessage is null ? Messages : [new ChatMessage(ChatRole.System, SystemMessage), .. Messages];

    public void Count(Usage usage)
    {
        Usage = Usage.Plus(usage);
        Answers++;
    }

    /// <summary>Continues with other messages. Instructions among them replace the current ones.</summary>
    public void Continue(IReadOnlyList<ChatMessage> messages)
    {
        Messages = messages.Where(message => message.Role != ChatRole.System).ToArray();
        SystemMessage = messages.LastOrDefault(message => message.Role == ChatRole.System)?.Text ?? SystemMessage;
    }

    public void Clear()
    {
        Messages = [];
        Images.Clear();
        Path = null;
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
