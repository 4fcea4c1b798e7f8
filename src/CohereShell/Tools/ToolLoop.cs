using System.Collections;
using System.Globalization;
using CohereShell.Hosting;

namespace CohereShell.Tools;

/// <summary>
/// Runs the tools that the model calls before one answer, and records each call. Problems are sent back to the model,
/// which can correct its call. Only errors that end the command end the loop.
/// </summary>
internal sealed class ToolLoop
{
    private readonly PSCmdlet _command;
    private readonly CohereSession _session;
    private readonly IReadOnlyList<ChatTool> _tools;
    private readonly ToolGate _gate;
    private readonly TimeSpan _timeout;
    private readonly List<ToolStep> _steps = [];
    private Usage _usage = Usage.None;
    private TimeSpan _elapsed;

    /// <summary>Prepares for one answer.</summary>
    /// <param name="command">The command that runs the tools.</param>
    /// <param name="session">The session of the chat.</param>
    /// <param name="tools">The tools that were offered to the model.</param>
    /// <param name="gate">Decides which tools can run.</param>
    /// <param name="timeout">The maximum time for a tool call.</param>
    public ToolLoop(PSCmdlet command, CohereSession session, IReadOnlyList<ChatTool> tools, ToolGate gate, TimeSpan timeout)
    {
        _command = command;
        _session = session;
        _tools = tools;
        _gate = gate;
        _timeout = timeout;
    }

    /// <summary>Watches for Ctrl+C while a tool runs, but not while the user is asked.</summary>
    public Func<IDisposable?>? Watch { get; init; }

    /// <summary>Whether a running tool is shown as progress, which would overwrite an interactive chat.</summary>
    public bool HasProgress { get; init; } = true;

    /// <summary>Called after each call is finished.</summary>
    public Action<ToolStep>? OnStep { get; init; }

    /// <summary>The number of rounds of calls so far.</summary>
    public int Rounds { get; private set; }

    /// <summary>Adds the steps to the answer.</summary>
    public void Complete(ChatResponse response)
    {
        _usage = _usage.Plus(response.Usage);
        _elapsed += response.Elapsed;
        response.Usage = _usage;
        response.Elapsed = _elapsed;
        response.ToolSteps = _steps.ToArray();
    }

    /// <summary>Runs the calls of an answer. The returned messages are sent after the answer, in this order.</summary>
    /// <param name="response">The answer that calls tools.</param>
    /// <param name="ending">Canceled by Ctrl+C.</param>
    /// <exception cref="CohereException">The audit file can't be written.</exception>
    /// <exception cref="PipelineStoppedException">The call was canceled.</exception>
    public IReadOnlyList<ChatMessage> Run(ChatResponse response, CancellationToken ending)
    {
        BeginRound();
        try
        {
            return response.ToolCalls.Select(call => Run(call, response.Model, ending)).ToArray();
        }
        finally
        {
            // Later failures refer to this answer, so it must contain the steps so far.
            response.ToolSteps = _steps.ToArray();
        }
    }

    /// <summary>Starts the next round of calls.</summary>
    public void BeginRound() => Rounds++;

    /// <summary>Whether the called tool has a command to run.</summary>
    public bool CanRun(ToolCall call) => Find(call) is not null;

    /// <summary>Runs one call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="model">The model, for the audit.</param>
    /// <param name="ending">Canceled by Ctrl+C.</param>
    /// <exception cref="CohereException">The audit file can't be written.</exception>
    /// <exception cref="PipelineStoppedException">The call was canceled.</exception>
    public ChatMessage Run(ToolCall call, string? model, CancellationToken ending)
    {
        DateTimeOffset begun = DateTimeOffset.Now;
        // A call that can't be recorded isn't made.
        AuditLog.Line? line = _session.Audit?.Begin(Entry(begun, model, new ToolStep { ToolCallId = call.Id, Name = call.Name, Command = Find(call)?.Command?.Name }, "Begun", TimeSpan.Zero));
        ToolStep step;
        IReadOnlyList<ChatDocument> documents;
        try
        {
            (step, documents) = Carry(call, ending);
        }
        catch (PipelineStoppedException)
        {
            Record(line, begun, model, new ToolStep { ToolCallId = call.Id, Name = call.Name, Command = Find(call)?.Command?.Name, Outcome = ToolOutcome.Stopped }, DateTimeOffset.Now - begun);
            throw;
        }

        _steps.Add(step);
        Record(line, begun, model, step, step.Duration);
        _elapsed += step.Duration;
        OnStep?.Invoke(step);
        _command.WriteVerbose(string.Format(
            CultureInfo.InvariantCulture,
            "Tool {0}: {1}; {2}, consent {3}, {4:0} ms.",
            DisplayText.OneLine(step.Name, 80),
            step.CommandLine.Length > 0 ? step.CommandLine : DisplayText.OneLine(step.RawArguments, 200),
            step.Outcome,
            step.Consent,
            step.Duration.TotalMilliseconds));
        return new ChatMessage(ChatRole.Tool, documents.Select(document => ChatContent.FromDocument(document)).ToArray()) { ToolCallId = call.Id };
    }

    private CommandTool? Find(ToolCall call) => _tools.OfType<CommandTool>().FirstOrDefault(tool => string.Equals(tool.Name, call.Name, StringComparison.Ordinal));

    private (ToolStep Step, IReadOnlyList<ChatDocument> Documents) Carry(ToolCall call, CancellationToken ending)
    {
        if (Find(call) is not { } tool)
        {
            return Unrun(call, null, ToolOutcome.UnknownTool, ToolConsent.None, $"The tool '{DisplayText.OneLine(call.Name, 80)}' doesn't exist. The tools are {string.Join(", ", _tools.Select(known => known.Name))}.");
        }

        ToolBinding binding = ToolArguments.Bind(tool, call);
        if (binding.Parameters is not { } arguments)
        {
            return Unrun(call, tool, ToolOutcome.InvalidArguments, ToolConsent.None, [.. binding.Problems]);
        }

        if (KeyPlaces.In(arguments, _command.SessionState.Path) is { } place)
        {
            return Unrun(call, tool, ToolOutcome.Refused, ToolConsent.None, $"The command wasn't run: {place} holds keys, and no tool can read it. Don't repeat this call.");
        }

        string name = tool.Command?.Name ?? tool.Name;
        string line = CommandLineText.Short.Of(name, arguments);
        ToolConsent consent = _gate.Ask(tool, CommandLineText.Whole.Of(name, arguments), out bool isWhatIf);
        (ToolStep Step, IReadOnlyList<ChatDocument> Documents)? unrun = isWhatIf ? Unrun(call, tool, ToolOutcome.WhatIf, consent, "The command wasn't run: the user only wants to know what would happen (-WhatIf). Describe what you would have done.")
            : consent == ToolConsent.Denied ? Unrun(call, tool, ToolOutcome.Refused, consent, "The user refused this call. Don't repeat it.")
            : consent == ToolConsent.NobodyToAsk ? Unrun(call, tool, ToolOutcome.Refused, consent, "This command wasn't run: it may change something, and no user is available to agree to it. Answer without it.")
            : null;
        return unrun is var (step, documents) ? (step with { Arguments = arguments, CommandLine = line }, documents) : Run(call, tool, arguments, line, consent, ending);
    }

    private (ToolStep Step, IReadOnlyList<ChatDocument> Documents) Run(ToolCall call, CommandTool tool, IDictionary arguments, string line, ToolConsent consent, CancellationToken ending)
    {
        ToolRun run;
        IReadOnlyList<ChatDocument> documents = [];
        bool isTruncated = false;
        // Until the end of this method and not only while the command runs: reading its output may run scripts.
        using IDisposable inside = RunspaceScope.EnterTool(_session);
        _session.Key.Hide(KeyShelter.Keys);
        ShowProgress(DisplayText.OneLine(line, 200), ProgressRecordType.Processing);
        using (Watch?.Invoke())
        {
            try
            {
                run = ToolRunner.Run(tool, WithoutQuestions(tool, arguments, consent), _timeout, ending);
                if (run.IsTimedOut)
                {
                    run.Errors.Begin(FormattableString.Invariant($"The command didn't end within {_timeout.TotalSeconds:0.#} s and was stopped. Ask for less, or for something else."));
                }

                if (!ToolRunner.Read(Read, _timeout, ending))
                {
                    run.IsTimedOut = true;
                    run.Errors.Begin(FormattableString.Invariant($"The output of the command couldn't be read within {_timeout.TotalSeconds:0.#} s. Ask for something else."));
                    run.Output = new ToolOutput();
                    Read();
                }
            }
            finally
            {
                ShowProgress("Done", ProgressRecordType.Completed);
            }
        }

        void Read()
        {
            ToolOutput output = run.Output.IsForTheScreen ? Rendered(run.Output) : run.Output;
            documents = output.ToDocuments(run.Errors.First(Redact), run.Errors.Count, Redact, out isTruncated);
            if (_session.Key.IsHidden([.. documents.SelectMany(document => ToolOutput.TextsIn(document.Data)), .. run.Errors.First(Redact), .. run.Warnings.First(Redact)])
                || ToolOutput.ColumnsIn(documents.Select(document => document.Data)).Any(_session.Key.IsHidden))
            {
                // Where the pieces are can't be told reliably, so nothing of the output is kept.
                run.Errors.Clear();
                run.Warnings.Clear();
                run.Errors.Add("The output of the command contained an API key in pieces or in another form, and was withheld.");
                documents = new ToolOutput().ToDocuments(run.Errors.First(Redact), run.Errors.Count, Redact, out isTruncated);
            }
        }

        foreach (string warning in run.Warnings.First(Redact))
        {
            _command.WriteVerbose($"Tool {tool.Name} warns: {DisplayText.OneLine(warning, 500)}");
        }

        var step = new ToolStep
        {
            Step = Rounds,
            ToolCallId = call.Id,
            Name = call.Name,
            Command = tool.Command?.Name,
            Arguments = arguments,
            RawArguments = call.RawArguments,
            CommandLine = line,
            Consent = consent,
            Outcome = run.IsTimedOut ? ToolOutcome.TimedOut : run.Errors.Count > 0 ? ToolOutcome.Failed : ToolOutcome.Succeeded,
            Duration = run.Duration,
            Errors = run.Errors.First(Redact),
            Output = TextsOf(documents),
            IsTruncated = isTruncated,
        };
        return (step, documents);
    }

    private string Redact(string text) => _session.Key.Redact(text);

    private void ShowProgress(string status, ProgressRecordType type)
    {
        if (HasProgress)
        {
            _command.WriteProgress(new ProgressRecord(GetHashCode() & 0x7fffffff, "Running a tool for the model", status) { RecordType = type });
        }
    }

    // If the user has agreed to a command, or a runbook has allowed it, the command itself must not ask again.
    private static IDictionary WithoutQuestions(CommandTool tool, IDictionary arguments, ToolConsent consent)
    {
        bool canAsk = consent != ToolConsent.ReadOnly && tool.Runnable is CmdletInfo or FunctionInfo && ((CommandInfo)tool.Runnable).Parameters?.ContainsKey("Confirm") == true;
        return canAsk ? new Hashtable(arguments, StringComparer.OrdinalIgnoreCase) { ["Confirm"] = false } : arguments;
    }

    // The output of a tool that ends in Format-Table is formatting data, which only PowerShell can render.
    private static ToolOutput Rendered(ToolOutput output)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Utility\\Out-String").AddParameter("Width", 200).AddParameter("Stream");
        var rendered = new ToolOutput();
        foreach (PSObject line in shell.Invoke(output.Kept))
        {
            rendered.Add(line);
        }

        return rendered;
    }

    private (ToolStep Step, IReadOnlyList<ChatDocument> Documents) Unrun(ToolCall call, CommandTool? tool, ToolOutcome outcome, ToolConsent consent, params string[] errors)
    {
        ChatDocument[] documents = [ToolOutput.Note("error", string.Join("; ", errors))];
        var step = new ToolStep
        {
            Step = Rounds,
            ToolCallId = call.Id,
            Name = call.Name,
            Command = tool?.Command?.Name,
            RawArguments = call.RawArguments,
            Outcome = outcome,
            Consent = consent,
            Errors = errors,
            Output = TextsOf(documents),
        };
        return (step, documents);
    }

    private static string[] TextsOf(IReadOnlyList<ChatDocument> documents) => documents.Select(document => document.Data.GetRawText()).ToArray();

    // The tool ran and is recorded as begun. Its result isn't lost because the disk is full now.
    private void Record(AuditLog.Line? line, DateTimeOffset begun, string? model, ToolStep step, TimeSpan elapsed)
    {
        try
        {
            line?.Complete(Entry(begun, model, step, step.Outcome.ToString(), elapsed));
        }
        catch (CohereException exception)
        {
            _command.WriteWarning($"The outcome of the tool {DisplayText.OneLine(step.Name, 80)} isn't in the audit file, which has the call as begun. {exception.Message}");
        }
    }

    private AuditLog.ToolEntry Entry(DateTimeOffset begun, string? model, ToolStep step, string outcome, TimeSpan elapsed) => new(begun, _session.Id, step.Name)
    {
        ClientName = _session.ClientName,
        Command = step.Command,
        Model = model,
        ToolCallId = step.ToolCallId,
        Consent = step.Consent.ToString(),
        Outcome = outcome,
        Elapsed = elapsed,
    };
}
