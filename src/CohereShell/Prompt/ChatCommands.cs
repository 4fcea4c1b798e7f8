using System.Collections;
using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Tools;

namespace CohereShell.Prompt;

/// <summary>The commands of an interactive chat, as a table with one line for each.</summary>
internal sealed class ChatCommands
{
    /// <summary>The line that leaves the chat.</summary>
    public const string Exit = "/exit";

    private const string ClipboardCommand = "Set-Clipboard";
    private const int MostSuggestions = 3;

    private readonly PSCmdlet _cmdlet;
    private readonly CohereSession _session;
    private readonly ChatState _state;
    private readonly Func<IChatTerminal> _terminal;
    private readonly Func<string, string?> _ask;
    private readonly ChatAutosave? _autosave;
    private readonly Documents _documents;
    private readonly Action<ChatMessage> _send;

    /// <param name="cmdlet">The cmdlet that runs the chat.</param>
    /// <param name="session">The session whose models and usage are shown.</param>
    /// <param name="state">The state that the commands change.</param>
    /// <param name="terminal">The terminal for output.</param>
    /// <param name="ask">Asks the user for a line.</param>
    /// <param name="documents">The documents of the chat.</param>
    /// <param name="autosave">The saved chats; null if this one isn't saved.</param>
    /// <param name="send">Asks the model a question.</param>
    public ChatCommands(
        PSCmdlet cmdlet,
        CohereSession session,
        ChatState state,
        Func<IChatTerminal> terminal,
        Func<string, string?> ask,
        Documents documents,
        ChatAutosave? autosave,
        Action<ChatMessage> send)
    {
        _documents = documents;
        _autosave = autosave;
        _send = send;
        _cmdlet = cmdlet;
        _session = session;
        _state = state;
        _terminal = terminal;
        _ask = ask;
        All =
        [
            new("help", null, "Shows the commands.", _ => Help()),
            new("model", "[name]", "Shows the model, or switches to another one.", Model),
            new("system", "[text]", "Shows or replaces the instructions. /system - removes them.", System),
            new("tool", "[tool]", "Lists the tools that the model may call, or adds one.", Tool),
            new("doc", "[path]", "Adds a text file as a document for the next questions, or lists them.", Document),
            new("image", "[path]", "Adds an image to the next message: a file, or a web address.", Image),
            new("retry", null, "Sends the last question again, in place of its answer.", _ => Retry()),
            new("copy", null, "Copies the last answer to the clipboard.", _ => Copy()),
            new("history", null, "Shows the messages of this conversation.", _ => History()),
            new("save", "[path]", "Saves the conversation.", Save),
            new("load", "path", "Continues a saved conversation.", Load),
            new("resume", "[number]", "Continues the last chat, or the one with this number. /resume list lists them.", Resume),
            new("usage", null, "Shows the usage of this chat and of the session.", _ => Usage()),
            new("clear", null, "Starts a new conversation. Model, instructions and tools stay the same.", _ => Clear()),
            new("exit", null, "Leaves the chat. You can also use exit, quit or Ctrl+D.", _ => IsLeaving = true),
        ];
    }

    public IReadOnlyList<SlashCommand> All { get; }

    /// <summary>Whether the user wants to leave.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Runs a line that begins with a slash.</summary>
    public void Run(string line)
    {
        string[] parts = line.Substring(1).Trim().Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
        string name = parts.Length > 0 ? parts[0] : "help";
        string argument = parts.Length > 1 ? parts[1].Trim() : string.Empty;
        SlashCommand? command = All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase));
        if (command is null)
        {
            string? meant = NearestNames.For(name, All.Select(known => known.Name));
            Error($"The command /{DisplayText.OneLine(name, 40)} doesn't exist. {(meant is null ? "Enter /help to list the commands. To send a message that begins with a slash, type two slashes: //…" : $"Did you mean /{meant}?")}");
            return;
        }

        if (command.Argument is null && argument.Length > 0)
        {
            Error($"/{command.Name} doesn't accept an argument.");
            return;
        }

        command.Run(argument);
    }

    /// <summary>The completions for the line that is being typed.</summary>
    public IReadOnlyList<string> Complete(string before)
    {
        if (!before.StartsWith("/", StringComparison.Ordinal))
        {
            return [];
        }

        int end = before.IndexOf(' ');
        if (end < 0)
        {
            return All.Select(command => "/" + command.Name).Where(name => name.StartsWith(before, StringComparison.OrdinalIgnoreCase)).ToArray();
        }

        string start = before.Substring(0, end + 1);
        string word = before.Substring(end + 1);
        IEnumerable<CompletionResult> candidates = before.Substring(1, end - 1).ToLowerInvariant() switch
        {
            "model" => new ChatModelCompleter().CompleteArgument(_cmdlet.MyInvocation.MyCommand.Name, "Model", word, null!, new Hashtable { ["Session"] = _session }),
            "doc" or "image" or "save" or "load" => CompletionCompleters.CompleteFilename(word),
            "tool" => CompletionCompleters.CompleteCommand(word),
            _ => [],
        };
        return candidates.Select(candidate => start + candidate.CompletionText).ToArray();
    }

    private void Help()
    {
        int width = All.Max(command => command.Usage.Length);
        foreach (SlashCommand command in All)
        {
            Say(command.Usage.PadRight(width + 2) + command.Help, width + 2);
        }

        Say("To continue a message on the next line, end the line with a space and a backtick.");
        Say("Tab completes commands, models and files. Ctrl+C ends an answer.");
    }

    private void Model(string name)
    {
        if (name.Length > 0)
        {
            name = Unquote(name);
            if (ProblemWith(name) is { } problem)
            {
                Error(problem);
                return;
            }

            _state.Model = name;
        }

        Say("Model: " + DisplayText.OneLine(_state.Model, 200));
    }

    // Without the account's list, for example offline, any name is taken.
    private string? ProblemWith(string name)
    {
        IReadOnlyList<CohereModel> models = ChatModelCompleter.ModelsOf(_session);
        if (models.Count == 0 || models.Any(model => model.Name == name && model.Endpoints.Contains("chat")))
        {
            return null;
        }

        string what = models.Any(model => model.Name == name)
            ? $"The model '{DisplayText.OneLine(name, 60)}' can't chat."
            : $"The model '{DisplayText.OneLine(name, 60)}' doesn't exist in this account.";
        string[] nearest = NearestNames.All(name, models.Where(model => model.Endpoints.Contains("chat")).Select(model => model.Name)).Take(MostSuggestions).ToArray();
        return what + (nearest.Length > 0 ? $" Did you mean {string.Join(" or ", nearest)}?" : " To list the models, press Tab after /model.") + $" The chat continues with {DisplayText.OneLine(_state.Model, 60)}.";
    }

    private void System(string text)
    {
        if (text.Length > 0)
        {
            _state.SystemMessage = text == "-" ? null : text;
        }

        Say("Instructions: " + DisplayText.Sanitize(_state.SystemMessage ?? "none"));
    }

    private void Tool(string text)
    {
        if (text.Length > 0)
        {
            try
            {
                ChatTool tool = ChatTools.From(text, _cmdlet.InvokeCommand);
                _state.Tools.RemoveAll(other => other.Name == tool.Name);
                _state.Tools.Add(tool);
            }
            catch (Exception exception) when (exception is NotJsonException or JsonException or ToolException)
            {
                Error(exception.Message);
                return;
            }
        }

        if (_state.Tools.Count == 0)
        {
            Say("The model has no tools.");
        }

        foreach (ChatTool tool in _state.Tools)
        {
            Say(tool.Name + (tool.Description is { } description ? ": " + DisplayText.OneLine(description, 200) : string.Empty));
        }
    }

    private void Image(string path)
    {
        if (path.Length > 0)
        {
            if (!Images.TryResolve(_cmdlet, Unquote(path), null, out IReadOnlyList<ChatContent> images, out ErrorRecord? error))
            {
                Error(error.ToString());
                return;
            }

            _state.Images.AddRange(images);
        }

        Say(_state.Images.Count switch
        {
            0 => "The next message has no images.",
            1 => "The next message has one image.",
            _ => FormattableString.Invariant($"The next message has {_state.Images.Count} images."),
        });
    }

    private void Document(string path) => Guard(() =>
    {
        if (path.Length > 0)
        {
            if (SafetyModeOf() is not null)
            {
                Error("-SafetyMode can't be combined with documents. Start the chat without -SafetyMode.");
                return;
            }

            var file = new FileInfo(PathOf(path));
            if (!file.Exists && !Directory.Exists(file.FullName))
            {
                Error($"The file '{file.FullName}' doesn't exist.");
                return;
            }

            if (!_documents.TryAdd(Directory.Exists(file.FullName) ? new DirectoryInfo(file.FullName) : file, out ErrorRecord? error))
            {
                Error(error.ToString());
                return;
            }
        }

        if (_documents.All is not { } documents)
        {
            Say("The chat has no documents.");
            return;
        }

        foreach (ChatDocument document in documents)
        {
            Say(DisplayText.OneLine(document.Id, 60) + (document.Path is null && document.Text is { } text ? ": " + DisplayText.OneLine(text, 60) : string.Empty));
        }

        Say(documents.Count == 1 ? "The next questions use this document." : FormattableString.Invariant($"The next questions use these {documents.Count} documents."));
    });

    private object? SafetyModeOf() => _cmdlet.MyInvocation.BoundParameters.TryGetValue("SafetyMode", out object? mode) ? mode : null;

    private void Retry()
    {
        IReadOnlyList<ChatMessage> before = _state.Messages;
        if (_state.TakeLastQuestion() is not { } question)
        {
            Error("There isn't a question yet.");
            return;
        }

        IReadOnlyList<ChatMessage> asked = _state.Messages;
        try
        {
            _send(question);
        }
        finally
        {
            // The earlier answer stays if there isn't a new one.
            if (ReferenceEquals(_state.Messages, asked))
            {
                _state.Restore(before);
            }
        }
    }

    private void Copy()
    {
        if (_state.Messages.LastOrDefault(message => message.Role == ChatRole.Assistant && message.Text.Length > 0) is not { } answer)
        {
            Error("There isn't an answer yet.");
            return;
        }

        if (_cmdlet.InvokeCommand.GetCommand(ClipboardCommand, CommandTypes.Cmdlet | CommandTypes.Function | CommandTypes.Alias) is null)
        {
            Error($"This PowerShell doesn't have {ClipboardCommand}. To keep the answer, enter /save.");
            return;
        }

        try
        {
            _cmdlet.InvokeCommand.InvokeScript($"param($text) {ClipboardCommand} -Value $text -ErrorAction Stop", answer.Text);
            Say(FormattableString.Invariant($"Copied {answer.Text.Length} characters."));
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            Error($"The answer can't be copied, because this computer has no clipboard that {ClipboardCommand} can use: {DisplayText.OneLine(exception.Message, 200)}");
        }
    }

    private void History()
    {
        if (_state.Messages.Count == 0)
        {
            Say("This conversation is empty.");
        }

        foreach (ChatMessage message in _state.Messages)
        {
            string who = message.Role == ChatRole.User ? "You: " : message.Role == ChatRole.Assistant ? "Model: " : "Tool: ";
            string text = message.Text.Length > 0 ? message.Text : string.Join(", ", message.ToolCalls);
            int images = message.Content.Count(part => part.Type == ChatContentType.ImageUrl);
            string end = images > 0 ? FormattableString.Invariant($" [{images} image(s)]") : string.Empty;
            Say(who + DisplayText.OneLine(text, Math.Max(20, _terminal().Width - who.Length - end.Length - 1)) + end);
        }
    }

    private void Resume(string argument) => Guard(() =>
    {
        // Chats can be resumed even if this one isn't saved.
        ChatAutosave saved = _autosave ?? new ChatAutosave(ChatAutosave.DefaultFolder);
        IReadOnlyList<string> files = saved.Others();
        if (files.Count == 0)
        {
            Error($"There isn't a saved chat in {saved.Folder}.");
            return;
        }

        if (string.Equals(argument, "list", StringComparison.OrdinalIgnoreCase))
        {
            for (int i = 0; i < files.Count; i++)
            {
                string first = TitleOf(files[i]);
                string start = FormattableString.Invariant($"{i + 1,2}  {File.GetLastWriteTime(files[i]):yyyy-MM-dd HH:mm}  ");
                Say(start + DisplayText.OneLine(first, Math.Max(20, _terminal().Width - start.Length - 1)));
            }

            return;
        }

        if (!int.TryParse(argument.Length > 0 ? argument : "1", global::System.Globalization.NumberStyles.None, global::System.Globalization.CultureInfo.InvariantCulture, out int number) || number < 1 || number > files.Count)
        {
            Error(FormattableString.Invariant($"Specify a number from 1 to {files.Count}. /resume list shows the saved chats."));
            return;
        }

        Take(saved.Resume(files[number - 1]), null, "the chat of " + File.GetLastWriteTime(files[number - 1]).ToString("yyyy-MM-dd HH:mm", global::System.Globalization.CultureInfo.InvariantCulture));
    });

    /// <summary>Continues the last saved chat. Returns false if there isn't one.</summary>
    public bool TryResumeLast()
    {
        if ((_autosave ?? new ChatAutosave(ChatAutosave.DefaultFolder)).Others().Count == 0)
        {
            return false;
        }

        Resume(string.Empty);
        return true;
    }

    private static string TitleOf(string file)
    {
        try
        {
            return ChatConversation.Load(file).Messages.FirstOrDefault(message => message.Role == ChatRole.User)?.Text ?? string.Empty;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return "(can't be read)";
        }
    }

    private void Save(string path) => Guard(() =>
    {
        string? file = path.Length > 0 ? PathOf(path) : _state.Path;
        if (path.Length > 0 && file is not null && Path.GetExtension(file) is null or "")
        {
            file += ".json";
        }

        if (file is null)
        {
            Error("Specify a file: /save vpn.json");
            return;
        }

        if (File.Exists(file) && file != _state.Path && !string.Equals(_ask($"{file} exists. Replace it? [y/N] ")?.Trim(), "y", StringComparison.OrdinalIgnoreCase))
        {
            Say("Nothing was saved.");
            return;
        }

        new ChatConversation(_state.All, _state.Model).Save(file);
        _state.Path = file;
        Say("Saved to " + file);
    });

    private void Load(string path) => Guard(() =>
    {
        if (path.Length == 0)
        {
            Error("Specify a file: /load vpn.json");
            return;
        }

        string file = PathOf(path);
        if (!File.Exists(file) && Path.GetExtension(file).Length == 0 && File.Exists(file + ".json"))
        {
            file += ".json";
        }

        ChatConversation conversation = ChatConversation.Load(file);
        _autosave?.Begin();
        Take(conversation, file, file);
    });

    private void Take(ChatConversation conversation, string? file, string source)
    {
        _state.Clear();
        _state.SystemMessage = null;
        _state.Continue(conversation.Messages);
        _state.Model = conversation.Model ?? _state.Model;
        _state.Path = file;
        Say(FormattableString.Invariant($"{conversation.Messages.Count} messages from {source}"));
        if (_state.Messages.LastOrDefault(message => message.Role == ChatRole.Assistant) is { Text.Length: > 0 } last)
        {
            Say("The last answer: " + DisplayText.OneLine(last.Text, 200));
        }
    }

    private void Usage()
    {
        Say(FormattableString.Invariant($"This chat: {_state.Answers} {(_state.Answers == 1 ? "answer" : "answers")}, {(_state.Usage.ToString() is { Length: > 0 } usage ? usage : "0 in, 0 out")}{CostOf(_state.Cost)}"));
        var report = new UsageReport(_session.Prices ?? PriceList.Default, [UsageGrouping.Operation, UsageGrouping.Model]);
        foreach (UsageRecord record in _session.GetUsage())
        {
            report.Add(UsageLine.From(record));
        }

        foreach (UsageRecord record in report.Rows())
        {
            Say(FormattableString.Invariant($"The session: {record.Operation} {DisplayText.OneLine(record.Model, 60)}, {record.Calls} {(record.Calls == 1 ? "call" : "calls")}, {record.Usage}{CostOf(record.Cost)}"));
        }
    }

    private static string CostOf(decimal? cost) => cost is { } amount ? FormattableString.Invariant($", cost ${amount:0.00####}") : ", cost not known";

    private void Clear()
    {
        _state.Clear();
        _autosave?.Begin();
        Say("This is a new conversation.");
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or RuntimeException or ArgumentException or NotSupportedException)
        {
            Error(exception.Message);
        }
    }

    private string PathOf(string path) => _cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(Unquote(path));

    private static string Unquote(string path) =>
        path.Length >= 2 && path[0] is '\'' or '"' && path[path.Length - 1] == path[0] ? path.Substring(1, path.Length - 2) : path;

    private void Say(string text, int indent = 0) => _terminal().WriteLine(text, indent);

    private void Error(string text) => _terminal().WriteError(DisplayText.Sanitize(text));
}
