using System.Collections.Specialized;

namespace CohereShell.Tools;

/// <summary>The result of checking the arguments of a tool call: values for splatting, or the problems.</summary>
internal sealed class ToolBinding
{
    public ToolBinding(OrderedDictionary parameters) => Parameters = parameters;

    public ToolBinding(IReadOnlyList<string> problems) => Problems = problems;

    /// <summary>Parameter names of the command and plain values, ready for splatting; null if there are problems.</summary>
    public OrderedDictionary? Parameters { get; }

    /// <summary>The problems, in words that help a model to correct its call; empty if there aren't any.</summary>
    public IReadOnlyList<string> Problems { get; } = [];

    /// <summary>Whether the call can be made.</summary>
    public bool IsValid => Parameters is not null;
}
