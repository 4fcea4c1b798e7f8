using System.Collections;
using System.Management.Automation.Language;
using CohereShell.Json;
using CohereShell.Tools;

namespace CohereShell.Completion;

/// <summary>Completes names of commands, as PowerShell does at the beginning of a line.</summary>
public sealed class CommandNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        // Programs can't be tools.
        CompletionCompleters.CompleteCommand(
            wordToComplete.Trim('\'', '"'),
            string.Empty,
            CommandTypes.Cmdlet | CommandTypes.Function | CommandTypes.Filter | CommandTypes.Alias | CommandTypes.ExternalScript);
}

/// <summary>Completes from the metadata of the command that is specified with -Command.</summary>
public abstract class CommandPartCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters)
    {
        try
        {
            object? given = boundParameters["Command"] is object[] list ? list.FirstOrDefault() : boundParameters["Command"];
            return Command(PowerShellJson.Unwrap(given)) is { } command ? Parts(command).Distinct() : [];
        }
        catch (RuntimeException)
        {
            // The command can't be read. A completer must not show an error at the prompt.
            return [];
        }
    }

    private protected abstract IEnumerable<(string Name, string ToolTip)> Parts(CommandInfo command);

    // A completer has no engine. This one runs in the user's runspace.
    private static CommandInfo? Command(object? given)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        CommandInfo? command = given as CommandInfo
            ?? (given is string { Length: > 0 } name ? shell.AddCommand("Microsoft.PowerShell.Core\\Get-Command").AddParameter("Name", WildcardPattern.Escape(name)).Invoke<CommandInfo>().FirstOrDefault() : null);
        return command is AliasInfo alias ? alias.ResolvedCommand : command;
    }
}

/// <summary>Completes parameters of the command that is specified with -Command.</summary>
public sealed class ToolParameterCompleter : CommandPartCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Parts(CommandInfo command) => command.ParameterSets
        .SelectMany(set => set.Parameters)
        .Where(parameter => !ParameterChoice.IsCommon(parameter.Name))
        .Select(parameter => (parameter.Name, parameter.ParameterType.Name));
}

/// <summary>Completes parameter sets of the command that is specified with -Command.</summary>
public sealed class ToolParameterSetCompleter : CommandPartCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Parts(CommandInfo command) =>
        command.ParameterSets.Select(set => (set.Name, $"{command.Name} {set}"));
}

/// <summary>Completes the tools of -Tool that don't run without the user's consent.</summary>
public sealed class AllowedToolCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string ToolTip)> Candidates(IDictionary boundParameters) =>
        LanguagePrimitives.ConvertTo<object?[]>(boundParameters["Tool"] ?? Array.Empty<object>())
            .Select(tool => Named(PowerShellJson.Unwrap(tool)))
            .Where(tool => tool.Name.Length > 0 && !ReadingVerbs.Contains(tool.Verb))
            .Select(tool => (tool.Name, "runs without a prompt"))
            .Distinct();

    private static (string Name, string? Verb) Named(object? tool) => tool switch
    {
        string name => (name, ToolNames.VerbOf(name)),
        CommandInfo command => (command.Name, ToolNames.VerbOf(command.Name)),
        CommandTool made => (made.Name, made.Verb),
        _ => (string.Empty, null),
    };
}
