namespace CohereShell;

/// <summary>The command of a tool. To get the command itself, use Get-Command.</summary>
public sealed class ToolCommand
{
    internal ToolCommand(CommandInfo command)
    {
        Name = command.Name;
        CommandType = command.CommandType;
        ModuleName = command.ModuleName;
    }

    /// <summary>The name of the command.</summary>
    public string Name { get; }

    /// <summary>The type of the command: a cmdlet, a function or a script.</summary>
    public CommandTypes CommandType { get; }

    /// <summary>The module of the command; empty if it isn't from a module.</summary>
    public string ModuleName { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
