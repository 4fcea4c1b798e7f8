using System.Text.Json;
using CohereShell.Tools;

namespace CohereShell;

/// <summary>A tool that runs a PowerShell command or a script block.</summary>
public sealed class CommandTool : ChatTool
{
    private readonly IReadOnlyList<ToolParameter> _parameters;

    internal CommandTool(string name, string? description, JsonElement schema, CommandInfo command, string? parameterSetName, IReadOnlyList<ToolParameter> parameters)
        : base(name, description, schema)
    {
        Runnable = command;
        Command = new ToolCommand(command);
        ParameterSetName = parameterSetName;
        Verb = ToolNames.VerbOf(command.Name);
        _parameters = parameters;
    }

    internal CommandTool(string name, string? description, JsonElement schema, ScriptBlock scriptBlock, string? parameterSetName, IReadOnlyList<ToolParameter> parameters)
        : base(name, description, schema)
    {
        Runnable = scriptBlock;
        ScriptBlock = scriptBlock.ToString();
        ParameterSetName = parameterSetName;
        _parameters = parameters;
    }

    /// <summary>The command that the tool runs; null if it runs a script block.</summary>
    public ToolCommand? Command { get; }

    /// <summary>The text of the script block that the tool runs; null if it runs a command.</summary>
    public string? ScriptBlock { get; }

    /// <summary>The parameter set of the command that is offered; null if the command has only one.</summary>
    public string? ParameterSetName { get; }

    /// <summary>The parameters that the model can use.</summary>
    public IReadOnlyList<string> Parameter => _parameters.Select(parameter => parameter.Name).ToArray();

    /// <summary>The verb of the command: Get, Set, Remove. Null if it has no verb, and for script blocks.</summary>
    public string? Verb { get; }

    /// <summary>
    /// What the tool runs: a CommandInfo or a ScriptBlock. It isn't public, because ConvertTo-Json and Export-Clixml
    /// would follow it to all commands and modules of the session.
    /// </summary>
    internal object Runnable { get; }

    /// <summary>The command's parameter for a property of the schema; null if there isn't one.</summary>
    internal ToolParameter? ParameterFor(string property) =>
        _parameters.FirstOrDefault(parameter => string.Equals(parameter.Property, property, StringComparison.Ordinal));
}
