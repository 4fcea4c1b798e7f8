namespace CohereShell.Tools;

/// <summary>The user's options for a tool that is made from a command.</summary>
internal sealed record ToolOptions
{
    /// <summary>The name of the tool; null for the name of the command.</summary>
    public string? Name { get; init; }

    /// <summary>The description; null for the synopsis of the command's help.</summary>
    public string? Description { get; init; }

    /// <summary>The parameters to offer; empty for all parameters of the set.</summary>
    public string[] Parameter { get; init; } = [];

    /// <summary>The parameters that aren't offered.</summary>
    public string[] ExcludeParameter { get; init; } = [];

    /// <summary>The parameter set; null to select it automatically.</summary>
    public string? ParameterSetName { get; init; }

    /// <summary>Receives a note about a command without help; null to ignore it.</summary>
    public Action<string>? Note { get; init; }
}
