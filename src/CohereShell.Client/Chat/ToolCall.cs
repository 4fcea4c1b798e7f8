using System.Collections;

namespace CohereShell;

/// <summary>A tool call of the model. See <see href="https://docs.cohere.com/docs/tool-use-overview"/>.</summary>
public sealed class ToolCall
{
    private IDictionary? _arguments;
    private bool _isParsed;

    /// <summary>Creates a tool call.</summary>
    /// <param name="id">The id, which the tool's result must repeat.</param>
    /// <param name="name">The name of the tool.</param>
    /// <param name="rawArguments">The arguments, as JSON text.</param>
    public ToolCall(string id, string name, string rawArguments)
    {
        Id = id;
        Name = name;
        RawArguments = rawArguments;
    }

    /// <summary>The id, which the tool's result must repeat.</summary>
    public string Id { get; }

    /// <summary>The name of the tool.</summary>
    public string Name { get; }

    /// <summary>
    /// The arguments as plain values. Empty if the model wrote nothing or null; null if it didn't write a JSON object.
    /// </summary>
    public IDictionary? Arguments
    {
        get
        {
            if (!_isParsed)
            {
                _arguments = Parse(JsonArguments);
                _isParsed = true;
            }

            return _arguments;
        }
    }

    /// <summary>The arguments as the model wrote them.</summary>
    public string RawArguments { get; }

    /// <summary>
    /// The arguments for the service and for the tool. If a tool has no parameters, models write nothing at all, or null,
    /// but an object is expected.
    /// </summary>
    internal string JsonArguments => string.IsNullOrWhiteSpace(RawArguments) || RawArguments.Trim() == "null" ? "{}" : RawArguments;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}({RawArguments})";

    private static Dictionary<string, object?>? Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonText.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? JsonValues.ToDictionary(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
