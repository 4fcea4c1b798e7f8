using System.Collections.Specialized;

namespace CohereShell.Tools;

/// <summary>What the arguments of a tool call come to: values for splatting, or what is wrong with them.</summary>
internal sealed class ToolBinding
{
    public ToolBinding(OrderedDictionary parameters) => Parameters = parameters;

    public ToolBinding(IReadOnlyList<string> problems) => Problems = problems;

    /// <summary>Parameter names of the command and plain values, ready for splatting; null where something is wrong.</summary>
    public OrderedDictionary? Parameters { get; }

    /// <summary>What is wrong, in words that a model can mend its call by; empty where nothing is.</summary>
    public IReadOnlyList<string> Problems { get; } = [];

    /// <summary>Whether the call can be made.</summary>
    public bool IsValid => Parameters is not null;
}
