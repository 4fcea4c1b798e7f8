using System.Collections;
using System.Collections.Generic;
using System.Text.Json;

namespace CohereShell;

/// <summary>Which part of an answer comes from where.</summary>
public sealed class Citation
{
    /// <summary>Where the cited part of the answer begins, in characters.</summary>
    public int Start { get; init; }

    /// <summary>Where it ends, in characters; the character there is not part of it.</summary>
    public int End { get; init; }

    /// <summary>The cited part of the answer.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The documents and tool outcomes that it comes from.</summary>
    public IReadOnlyList<CitationSource> Sources { get; init; } = [];

    /// <summary>Which part of the message it stands in.</summary>
    public int ContentIndex { get; init; }

    /// <summary>What it stands in: <c>TEXT_CONTENT</c>, <c>THINKING_CONTENT</c> or <c>PLAN</c>.</summary>
    public string? Type { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Text} [{string.Join(", ", Sources)}]";

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("start", Start);
        writer.WriteNumber("end", End);
        writer.WriteString("text", Text);
        writer.WriteStartArray("sources");
        foreach (CitationSource source in Sources)
        {
            source.Raw.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteNumber("content_index", ContentIndex);
        if (Type is not null)
        {
            writer.WriteString("type", Type);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A document or the outcome of a tool that a citation names.</summary>
public sealed class CitationSource
{
    internal CitationSource(JsonElement raw)
    {
        Raw = raw;
        Type = TextOf("type");
        Id = TextOf("id");
    }

    /// <summary><c>document</c> or <c>tool</c>.</summary>
    public string? Type { get; }

    /// <summary>The id of the document or of the tool's outcome.</summary>
    public string? Id { get; }

    /// <summary>The document, by the names of its fields.</summary>
    public IDictionary? Document => DictionaryOf("document");

    /// <summary>What the tool gave, by the names of its fields.</summary>
    public IDictionary? ToolOutput => DictionaryOf("tool_output");

    internal JsonElement Raw { get; }

    /// <inheritdoc/>
    public override string ToString() => Id ?? Type ?? string.Empty;

    private string? TextOf(string name) =>
        Raw.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private Dictionary<string, object?>? DictionaryOf(string name) =>
        Raw.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? JsonValues.ToDictionary(value) : null;
}
