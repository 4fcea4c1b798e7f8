namespace CohereShell.Tools;

/// <summary>What the user wants of a tool that is made from a command.</summary>
internal sealed record ToolOptions
{
    /// <summary>The tool's name; null takes it from the command.</summary>
    public string? Name { get; init; }

    /// <summary>What it does; null takes it from the command's help.</summary>
    public string? Description { get; init; }

    /// <summary>The parameters that are offered; none means all of the set.</summary>
    public string[] Parameter { get; init; } = [];

    /// <summary>Parameters that are not offered.</summary>
    public string[] ExcludeParameter { get; init; } = [];

    /// <summary>The parameter set; null lets it be chosen.</summary>
    public string? ParameterSetName { get; init; }
}
