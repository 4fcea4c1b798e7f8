namespace CohereShell.Tools;

/// <summary>A parameter that a tool offers.</summary>
/// <param name="Property">The name in the schema.</param>
/// <param name="Name">The name in the command.</param>
/// <param name="Type">The type in the command.</param>
internal sealed record ToolParameter(string Property, string Name, Type Type);
