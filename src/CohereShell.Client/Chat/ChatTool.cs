using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>A tool that the model may call. See <see href="https://docs.cohere.com/docs/tool-use-overview"/>.</summary>
public class ChatTool
{
    /// <summary>Creates a tool.</summary>
    /// <param name="name">Its name: letters, digits and underscores, not beginning with a digit.</param>
    /// <param name="description">What it does, for the model.</param>
    /// <param name="parameters">Its parameters, as a JSON schema.</param>
    public ChatTool(string name, string? description, JsonElement parameters) => Function = new ToolFunction(name, description, parameters);

    /// <summary>Its name.</summary>
    [JsonIgnore]
    public string Name => Function.Name;

    /// <summary>What it does.</summary>
    [JsonIgnore]
    public string? Description => Function.Description;

    /// <summary>Its parameters: a JSON schema, as text.</summary>
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
