using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Prompt;
using CohereShell.Tools;

namespace CohereShell.Commands;

/// <summary>
/// Enter-CohereChat: starts an interactive chat with a model. See <see
/// href="https://docs.cohere.com/reference/chat"/>.
/// </summary>
[Cmdlet(VerbsCommon.Enter, "CohereChat", HelpUri = OnlineHelp.Chat)]
[OutputType(typeof(ChatConversation))]
public sealed class EnterCohereChatCommand : CohereChatCommand
{
    private const string ContinuationMark = "`";
    private const string ContinuationPrompt = ">> ";
    private static readonly string[] LeavingWords = ["exit", "quit"];
    private const string EndedByUser = "(ended by Ctrl+C)";

    private readonly ChatState _state = new();
    private readonly List<ChatMessage> _pipedHistory = [];
    private IChatTerminal? _terminal;
    private AnswerStyles? _styles;
    private ChatAutosave? _autosave;
    private ChatCommands? _commands;

    /// <summary>The model. By default, the session's chat model.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ChatModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Continues the chat that was saved last.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Doesn't save the conversation for -Resume and /resume.</summary>
    [Parameter]
    public SwitchParameter NoAutosave { get; set; }

    /// <summary>Returns the conversation when the user leaves the chat.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields =>
    [
        .. base.OwnFields,
        ("messages", "-SystemMessage and -History"),
        ("documents", "-Document"),
        ("tools", "-Tool"),
        ("stream", "Invoke-CohereChat"),
    ];

    private IChatTerminal Terminal => _terminal!;

    private protected override bool ShowsWaits => false;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Terminals.Require(this);
        base.BeginProcessing();
        _state.Model = Model ?? CurrentSession.ChatModel;
        _state.SystemMessage = SystemMessage;
        AddDocuments();
        try
        {
            _state.Tools.AddRange(ChatTools.From(this, Tool));
        }
        catch (Exception exception) when (exception is NotJsonException or JsonException)
        {
            ThrowTerminatingError(ErrorRecords.NotJson(exception, Tool));
        }
    }

    private protected override void ReadInput()
    {
        switch (PowerShellJson.Unwrap(InputObject))
        {
            case null:
            case string text when string.IsNullOrWhiteSpace(text):
                break;
            case ChatResponse or ChatMessage or ChatConversation:
                _pipedHistory.AddRange(Conversation.MessagesOf(InputObject));
                break;
            case PSObject copy when Copies.IsCopyOf<ChatResponse>(copy) || Copies.IsCopyOf<ChatMessage>(copy) || Copies.IsCopyOf<ChatConversation>(copy):
                TakeCopy(copy);
                break;
            default:
                CollectDocument(InputObject);
                break;
        }
    }

    private void TakeCopy(PSObject copy)
    {
        try
        {
            _pipedHistory.AddRange(ConversationCopies.MessagesOf(copy)!);
        }
        catch (ArgumentTransformationMetadataException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(exception.Message, "Make the copy again as the message says.", copy, exception));
        }
    }

    private protected override void Complete()
    {
        if (SafetyMode is not null && (Documents.Count > 0 || _state.Tools.Count > 0))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-SafetyMode can't be combined with documents or tools.", "Leave -SafetyMode out."));
        }

        if (Resume && (History.Length > 0 || _pipedHistory.Count > 0))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-Resume can't be combined with another conversation to continue.", "Leave -Resume out, or leave out -History and the piped conversation."));
        }

        _state.Continue([.. History, .. _pipedHistory]);
        _state.SystemMessage = SystemMessage ?? _state.SystemMessage;
        _styles = AnswerStyles.For(this);
        _autosave = NoAutosave ? null : new ChatAutosave(ChatAutosave.DefaultFolder);
        _commands = new ChatCommands(this, CurrentSession, _state, () => Terminal, Answer, Documents, _autosave, Send);
        // Not earlier: until here, Ctrl+C ends the whole pipeline.
        _terminal = Terminals.Open(this, _commands.Complete);
        Terminal.WriteLine("Chat with " + DisplayText.OneLine(_state.Model, 60) + ". /help lists the commands, /exit leaves.");
        if (Resume)
        {
            ResumeLast();
        }

        try
        {
            while (!_commands.IsLeaving && ReadMessage() is { } message)
            {
                Take(message);
            }
        }
        catch (OperationCanceledException) when (Ending.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            Terminal.Dispose();
        }

        if (PassThru)
        {
            WriteObject(new ChatConversation(_state.All, _state.Model));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _terminal?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ResumeLast()
    {
        if (!_commands!.TryResumeLast())
        {
            Terminal.WriteLine("There isn't a saved chat. This is a new conversation.");
        }

        // What was specified for this chat replaces what was saved.
        _state.Model = Model ?? _state.Model;
        _state.SystemMessage = SystemMessage ?? _state.SystemMessage;
    }

    private string? Answer(string question) => Terminal.Ask(question, Ending);

    // One line, or several lines that end with a backtick except for the last.
    private string? ReadMessage()
    {
        string? line = Terminal.ReadLine(_state.Prompt(Terminal.Width), Ending);
        var lines = new List<string>();
        while (line is not null && IsContinued(line) && !IsCommand(line))
        {
            lines.Add(line.Substring(0, line.Length - ContinuationMark.Length));
            line = Terminal.ReadLine(ContinuationPrompt, Ending, isContinued: true);
        }

        // If the user cancels within a message, the message isn't sent and the chat continues.
        return line is null ? lines.Count > 0 ? string.Empty : null : string.Join("\n", [.. lines, line]);
    }

    // As in PowerShell, a blank separates the backtick. Without it, the backtick ends some `code`.
    private static bool IsContinued(string line) =>
        line.EndsWith(ContinuationMark, StringComparison.Ordinal) && (line.Length == 1 || char.IsWhiteSpace(line[line.Length - 2]));

    private static bool IsCommand(string text) => text.StartsWith("/", StringComparison.Ordinal) && !text.StartsWith("//", StringComparison.Ordinal);

    private void Take(string text)
    {
        if (IsCommand(text))
        {
            _commands!.Run(text);
        }
        else if (LeavingWords.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase))
        {
            // The user forgot the slash and isn't asking a question.
            _commands!.Run(ChatCommands.Exit);
        }
        else if (!string.IsNullOrWhiteSpace(text))
        {
            var question = new ChatMessage(ChatRole.User, [ChatContent.FromText(text.StartsWith("//", StringComparison.Ordinal) ? text.Substring(1) : text), .. _state.Images]);
            Send(question);
        }
    }

    private void Send(ChatMessage question)
    {
        _state.LastQuestion = question;
        if (CarryOut(question) is { } messages)
        {
            _state.Continue(messages);
            _state.Images.Clear();
            Autosave();
        }
    }

    // A conversation that can't be saved continues. The user is told once.
    private void Autosave()
    {
        try
        {
            _autosave?.Save(new ChatConversation(_state.All, _state.Model));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string folder = _autosave!.Folder;
            _autosave = null;
            Terminal.WriteError(DisplayText.Sanitize($"The chat isn't saved in {folder}: {exception.Message} To save it, enter /save with a file."));
        }
    }

    // A turn, from the question to the first answer that calls no tools. Returns the new conversation. Returns null
    // if the turn failed: the conversation is then unchanged, and the user can ask again.
    private IReadOnlyList<ChatMessage>? CarryOut(ChatMessage question)
    {
        ChatRequest request = CreateRequest([.. _state.All, question]);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        var loop = new ToolLoop(this, CurrentSession, _state.Tools, new ToolGate(this, AllowTool, line => Ask(line, running)), TimeSpan.FromSeconds(ToolTimeoutSec))
        {
            OnStep = Tell,
            HasProgress = false,
            Watch = () => Terminal.Watch(running.Cancel),
        };
        while (true)
        {
            (ChatResponse? response, string text) = Send(request);
            if (response is null)
            {
                // The user ended the answer. The text so far stays in the conversation.
                return text.Length > 0 ? [.. request.Messages, new ChatMessage(ChatRole.Assistant, text)] : null;
            }

            if (response.ToolCalls.Count == 0)
            {
                return response.History;
            }

            bool isEnough = loop.Rounds > 0 && loop.Rounds % MaxToolStep == 0
                && !IsYes(Answer(FormattableString.Invariant($"The model has called tools {loop.Rounds} times. Continue? [y/N] ")));
            if (isEnough || OutcomesOf(response, loop, running.Token) is not { } outcomes)
            {
                return null;
            }

            request = request with { Messages = [.. response.History, .. outcomes] };
        }
    }

    private ChatRequest CreateRequest(IReadOnlyList<ChatMessage> messages) => new()
    {
        Model = _state.Model,
        Messages = messages,
        Documents = Documents.All,
        Tools = _state.Tools.Count > 0 ? _state.Tools.ToArray() : null,
        CitationOptions = CitationMode is { } mode ? new ChatCitationOptions(mode) : null,
        SafetyMode = SafetyMode,
        MaxTokens = MaxTokens,
        Temperature = Temperature,
        Thinking = IsThinkingRefused ? new ChatThinkingOptions("disabled") : Thinking ? new ChatThinkingOptions("enabled") : null,
    };

    // Shows an answer as it arrives. Returns no response, and the text so far, if Ctrl+C ended it.
    private (ChatResponse? Response, string Text) Send(ChatRequest request)
    {
        using var answering = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        var shown = new AnswerScreen(Terminal, _styles);
        try
        {
            ChatResponse? response = null;
            using (Terminal.Watch(answering.Cancel))
            {
                foreach (IReadOnlyList<ChatStreamEvent> batch in Pull(_ => Client.Chat.StreamBatchesAsync(request, Options, answering.Token)))
                {
                    shown.Show(batch);
                    response = batch.LastOrDefault(item => item.Response is not null)?.Response ?? response;
                }
            }

            shown.End();
            if (response is not null)
            {
                _state.Count(response.Usage, (CurrentSession.Prices ?? PriceList.Default).CostOf(request.Model, response.Usage));
                Tell(response, shown.Sources);
            }

            return (response, shown.Text);
        }
        catch (OperationCanceledException) when (!Ending.IsCancellationRequested)
        {
            shown.End();
            Terminal.WriteLine(shown.Text.Length > 0 ? "(ended by Ctrl+C; the text so far is part of the conversation)" : "(ended by Ctrl+C; the answer was still empty)");
            return (null, shown.Text);
        }
        catch (CohereException exception)
        {
            shown.End();
            Terminal.WriteError(DisplayText.Sanitize(exception.Message));
            Terminal.WriteError(DisplayText.Sanitize(exception.RecommendedAction));
            return (null, string.Empty);
        }
    }

    private void Tell(ChatResponse response, IReadOnlyList<string> shown)
    {
        foreach (string line in DisplayText.SourceLines(response, shown))
        {
            Terminal.WriteLine(line);
        }

        if (response.FinishReason == ChatFinishReason.MaxTokens)
        {
            Terminal.WriteLine(FormattableString.Invariant($"(cut off after {response.Usage.OutputTokens} tokens: -MaxTokens)"));
        }
    }

    private void Tell(ToolStep step) =>
        Terminal.WriteLine($"[{(step.CommandLine.Length > 0 ? step.CommandLine : DisplayText.OneLine(step.ToString(), 500))}] {step.Outcome}");

    private static bool IsYes(string? answer) => answer?.Trim() is { Length: > 0 } said && "yes".StartsWith(said.ToLowerInvariant(), StringComparison.Ordinal);

    // Ctrl+C refuses this command and everything else in the turn.
    private ToolConsent Ask(string commandLine, CancellationTokenSource turn)
    {
        string? said = Answer($"Run {commandLine} ? [y/N] ");
        if (said is null)
        {
            turn.Cancel();
        }

        return IsYes(said) ? ToolConsent.Confirmed : ToolConsent.Denied;
    }

    // Returns null if Ctrl+C ended it: the turn is over, but the chat continues.
    private IReadOnlyList<ChatMessage>? OutcomesOf(ChatResponse response, ToolLoop loop, CancellationToken ending)
    {
        if (response.ToolPlan is { Length: > 0 } plan)
        {
            Terminal.WriteLine("Plan: " + DisplayText.OneLine(plan, 500));
        }

        loop.BeginRound();
        var outcomes = new List<ChatMessage>();
        foreach (ToolCall call in response.ToolCalls)
        {
            // Tools that are only described are carried out by the user, who enters the result.
            bool isForUser = !loop.CanRun(call) && _state.Tools.Any(tool => tool.Name == call.Name);
            if ((isForUser ? OutcomeFromUser(call) : Run(call, response.Model, loop, ending)) is not { } outcome)
            {
                return null;
            }

            outcomes.Add(outcome);
        }

        return outcomes;
    }

    private ChatMessage? Run(ToolCall call, string model, ToolLoop loop, CancellationToken ending)
    {
        try
        {
            ChatMessage outcome = loop.Run(call, model, ending);
            if (!ending.IsCancellationRequested)
            {
                return outcome;
            }

            Terminal.WriteLine(EndedByUser);
            return null;
        }
        catch (PipelineStoppedException) when (!Ending.IsCancellationRequested)
        {
            Terminal.WriteLine(EndedByUser);
            return null;
        }
        catch (CohereException exception)
        {
            Terminal.WriteError(DisplayText.Sanitize(exception.Message));
            return null;
        }
    }

    private ChatMessage? OutcomeFromUser(ToolCall call)
    {
        Terminal.WriteLine("The model calls " + DisplayText.OneLine(call.ToString(), 500));
        if (Answer("Enter its result (empty to refuse)> ") is { } outcome)
        {
            return new ChatMessage(ChatRole.Tool, outcome.Trim().Length > 0 ? outcome : "The user didn't carry out this call.") { ToolCallId = call.Id };
        }

        Terminal.WriteLine(EndedByUser);
        return null;
    }
}
