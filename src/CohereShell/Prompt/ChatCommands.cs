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

    private readonly PSCmdlet _cmdlet;
    private readonly CohereSession _session;
    private readonly ChatState _state;
    private readonly Func<IChatTerminal> _terminal;
    private readonly Func<string, string?> _ask;

    /// <param name="cmdlet">The cmdlet that runs the chat.</param>
    /// <param name="session">The session whose models and usage are shown.</param>
    /// <param name="state">The state that the commands change.</param>
    /// <param name="terminal">The terminal for output.</param>
    /// <param name="ask">Asks the user for a line.</param>
    public ChatCommands(PSCmdlet cmdlet, CohereSession session, ChatState state, Func<IChatTerminal> terminal, Func<string, string?> ask)
    {
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
            new("image", "[path]", "Adds an image to the next message: a file, or a web address.", Image),
            new("save", "[path]", "Saves the conversation.", Save),
            new("load", "path", "Continues a saved conversation.", Load),
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
            "image" or "save" or "load" => CompletionCompleters.CompleteFilename(word),
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
            Say(command.Usage.PadRight(width + 2) + command.Help);
        }

        Say("To continue a message on the next line, end the line with a backtick. Ctrl+C ends an answer.");
    }

    private void Model(string name)
    {
        if (name.Length > 0)
        {
            _state.Model = Unquote(name);
        }

        Say("Model: " + DisplayText.OneLine(_state.Model, 200));
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

    private void Save(string path) => Guard(() =>
    {
        string? file = path.Length > 0 ? PathOf(path) : _state.Path;
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
        ChatConversation conversation = ChatConversation.Load(file);
        _state.Clear();
        _state.SystemMessage = null;
        _state.Continue(conversation.Messages);
        _state.Model = conversation.Model ?? _state.Model;
        _state.Path = file;
        Say(FormattableString.Invariant($"{conversation.Messages.Count} messages from {file}"));
        if (_state.Messages.LastOrDefault(message => message.Role == ChatRole.Assistant) is { Text.Length: > 0 } last)
        {
            Say("The last answer: " + DisplayText.OneLine(last.Text, 200));
        }
    });

    private void Usage()
    {
        Say(FormattableString.Invariant($"This chat: {_state.Answers} {(_state.Answers == 1 ? "answer" : "answers")}, {(_state.Usage.ToString() is { Length: > 0 } usage ? usage : "0 in, 0 out")}"));
        foreach (UsageRecord record in _session.GetUsage())
        {
            Say(FormattableString.Invariant($"The session: {record.Operation} {DisplayText.OneLine(record.Model, 60)}, {record.Calls} {(record.Calls == 1 ? "call" : "calls")}, {record.Usage}"));
        }
    }

    private void Clear()
    {
        _state.Clear();
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

    private void Say(string text) => _terminal().WriteLine(text);

    private void Error(string text) => _terminal().WriteError(DisplayText.Sanitize(text));
}
