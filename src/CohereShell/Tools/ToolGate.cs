using CohereShell.Hosting;

namespace CohereShell.Tools;

/// <summary>
/// Decides whether a tool can run. Tools that only read can run, and so can tools that are allowed by name. For all
/// others, the user sees the command with its arguments and must agree. If the user can't be asked, the answer is no.
/// </summary>
internal sealed class ToolGate
{
    private const string Caption = "The model wants to run a command";
    private readonly PSCmdlet _command;
    private readonly WildcardPattern[] _allowed;
    private readonly Func<string, ToolConsent> _ask;
    private readonly bool _wasNobodyAsked;

    /// <summary>Prepares for the tools of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="allowed">Names of tools and commands that can run, with wildcards.</param>
    /// <param name="ask">Asks the user, and shows the command with its arguments. By default, PowerShell asks.</param>
    public ToolGate(PSCmdlet command, IEnumerable<string> allowed, Func<string, ToolConsent>? ask = null)
    {
        _command = command;
        _ask = ask ?? AskSomebody;
        _wasNobodyAsked = IsNobodyAsked();
        _allowed = allowed.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToArray();
    }

    /// <summary>Whether a name from -AllowTool matches this tool.</summary>
    public static bool Names(string pattern, CommandTool tool)
    {
        WildcardPattern wildcard = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        return NamesOf(tool).Any(wildcard.IsMatch);
    }

    /// <summary>Decides, and asks the user if needed.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="commandLine">The command with its arguments.</param>
    /// <param name="isWhatIf">Whether -WhatIf showed the command instead of running it.</param>
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
            _command.WriteVerbose($"The user can't be asked: {reason}.");
            return ToolConsent.NobodyToAsk;
        }

        try
        {
            if (IsNobodyAsked() && !_wasNobodyAsked)
            {
                // A tool has changed $ConfirmPreference. Only the user can decide that no one is asked.
                return _command.ShouldContinue($"{commandLine}\nRun it?", Caption) ? ToolConsent.Confirmed : ToolConsent.Denied;
            }

            bool isAgreed = _command.ShouldProcess($"Running for the model: {commandLine}", $"{commandLine}\nRun it?", Caption);
            return !isAgreed ? ToolConsent.Denied : IsNobodyAsked() ? ToolConsent.ConfirmPreference : ToolConsent.Confirmed;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // Hosts report in many ways that they can't ask: HostException, NotImplementedException, an exception of
            // NonInteractive.
            _command.WriteVerbose($"The user couldn't be asked: {exception.Message}");
            return ToolConsent.NobodyToAsk;
        }
    }

    private bool IsNobodyAsked() => _command.MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm)
        ? !LanguagePrimitives.IsTrue(confirm)
        : LanguagePrimitives.TryConvertTo(_command.GetVariableValue("ConfirmPreference"), out ConfirmImpact impact) && impact == ConfirmImpact.None;

    private bool IsSet(string parameter, string preference) => LanguagePrimitives.IsTrue(
        _command.MyInvocation.BoundParameters.TryGetValue(parameter, out object? bound) ? bound : _command.GetVariableValue(preference));
}
