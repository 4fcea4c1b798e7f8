using CohereShell.Hosting;

namespace CohereShell.Tools;

/// <summary>
/// Decides whether a tool may run. What only reads may; of the rest, what is allowed by name may, and else somebody has to
/// agree who sees the command with its arguments. Where nobody can be asked the answer is no.
/// </summary>
internal sealed class ToolGate
{
    private const string Caption = "The model wants to run a command";
    private readonly PSCmdlet _command;
    private readonly WildcardPattern[] _allowed;
    private readonly Func<string, ToolConsent> _ask;

    /// <summary>Prepares for the tools of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="allowed">Names of tools and commands that may run, wildcards among them.</param>
    /// <param name="ask">Asks somebody, who sees the command with its arguments. Without it, PowerShell asks.</param>
    public ToolGate(PSCmdlet command, IEnumerable<string> allowed, Func<string, ToolConsent>? ask = null)
    {
        _command = command;
        _ask = ask ?? AskSomebody;
        _allowed = allowed.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToArray();
    }

    /// <summary>Whether a name that -AllowTool says is one of these tools.</summary>
    public static bool Names(string pattern, CommandTool tool)
    {
        WildcardPattern wildcard = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        return NamesOf(tool).Any(wildcard.IsMatch);
    }

    /// <summary>Decides, and asks if need be.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="commandLine">The command with its arguments.</param>
    /// <param name="isWhatIf">Whether -WhatIf has shown the command instead of having it run.</param>
    public ToolConsent Ask(CommandTool tool, string commandLine, out bool isWhatIf)
    {
        isWhatIf = IsSet("WhatIf", "WhatIfPreference");
        if (isWhatIf)
        {
            _command.ShouldProcess(commandLine, "Run for the model");
            return ToolConsent.None;
        }

        // -Confirm itself means: ask for everything.
        bool asksAlways = _command.MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm) && LanguagePrimitives.IsTrue(confirm);
        return !asksAlways && ReadingVerbs.Contains(tool.Verb) ? ToolConsent.ReadOnly
            : !asksAlways && NamesOf(tool).Any(name => _allowed.Any(pattern => pattern.IsMatch(name))) ? ToolConsent.AllowTool
            : _ask(commandLine);
    }

    private static IEnumerable<string> NamesOf(CommandTool tool) => tool.Command is { } command
        ? [tool.Name, command.Name, $"{command.ModuleName}\\{command.Name}"]
        : [tool.Name];

    private ToolConsent AskSomebody(string commandLine)
    {
        if (Interactivity.ReasonAgainst(_command.Host) is { } reason)
        {
            _command.WriteVerbose($"Nobody can be asked: {reason}.");
            return ToolConsent.NobodyToAsk;
        }

        try
        {
            bool isAgreed = _command.ShouldProcess($"Running for the model: {commandLine}", $"{commandLine}\nRun it?", Caption);
            return !isAgreed ? ToolConsent.Denied : IsNobodyAsked() ? ToolConsent.ConfirmPreference : ToolConsent.Confirmed;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // Hosts say in many ways that they cannot ask: HostException, NotImplementedException, NonInteractive's own.
            _command.WriteVerbose($"Nobody could be asked: {exception.Message}");
            return ToolConsent.NobodyToAsk;
        }
    }

    private bool IsNobodyAsked() => _command.MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm)
        ? !LanguagePrimitives.IsTrue(confirm)
        : LanguagePrimitives.TryConvertTo(_command.GetVariableValue("ConfirmPreference"), out ConfirmImpact impact) && impact == ConfirmImpact.None;

    private bool IsSet(string parameter, string preference) => LanguagePrimitives.IsTrue(
        _command.MyInvocation.BoundParameters.TryGetValue(parameter, out object? bound) ? bound : _command.GetVariableValue(preference));
}
