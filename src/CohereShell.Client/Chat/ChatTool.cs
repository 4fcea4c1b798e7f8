using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>A tool that the model can call. See <see href="https://docs.cohere.com/docs/tool-use-overview"/>.</summary>
public class ChatTool
{
    /// <summary>Creates a tool.</summary>
    /// <param name="name">The name: letters, digits and underscores. It can't start with a digit.</param>
    /// <param name="description">A description for the model.</param>
    /// <param name="parameters">The parameters, as a JSON schema.</param>
    public ChatTool(string name, string? description, JsonElement parameters) => Function = new ToolFunction(name, description, parameters);

    /// <summary>The name of the tool.</summary>
    [JsonIgnore]
    public string Name => Function.Name;

    /// <summary>The description of the tool.</summary>
    [JsonIgnore]
    public string? Description => Function.Description;

    /// <summary>The parameters of the tool: a JSON schema, as text.</summary>
    [JsonIgnore]
    public string JsonSchema => Function.Parameters.GetRawText();

    [JsonInclude]
    internal string Type { get; } = "function";

    [JsonInclude]
    internal ToolFunction Function { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal sealed record ToolFunction(string Name, string? Description, JsonElement Parameters);
}
