using System.Collections;

namespace CohereShell;

/// <summary>Which part of an answer comes from where.</summary>
public sealed record Citation
{
    // What was received, for sending it back.
    private int? _receivedStart;
    private int? _receivedEnd;

    /// <summary>Where the cited part of the answer begins, in characters as .NET counts them: for <c>Substring</c>.</summary>
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

    /// <summary>
    /// The citation with its places in the characters of .NET. The service counts code points, of which an emoji is one,
    /// where .NET counts two characters.
    /// </summary>
    internal Citation In(string text)
    {
        if (StandsAt(text, Start, End))
        {
            return this;
        }

        int start = IndexOfCodePoint(text, Start);
        int end = IndexOfCodePoint(text, End);
        return StandsAt(text, start, end) ? this with { Start = start, End = end, _receivedStart = Start, _receivedEnd = End } : this;
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("start", _receivedStart ?? Start);
        writer.WriteNumber("end", _receivedEnd ?? End);
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

    private bool StandsAt(string text, int start, int end) =>
        start >= 0 && start <= end && end <= text.Length && string.CompareOrdinal(text, start, Text, 0, Math.Max(end - start, Text.Length)) == 0;

    private static int IndexOfCodePoint(string text, int codePoint)
    {
        int index = 0;
        for (int passed = 0; passed < codePoint && index < text.Length; passed++)
        {
            index += char.IsSurrogatePair(text, index) ? 2 : 1;
        }

        return index;
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

    /// <summary>
    /// The object that the document was made of, as it was given; null where the answer rests on something else, and in a
    /// conversation that was loaded from a file.
    /// </summary>
    public object? InputObject => Origin?.InputObject;

    /// <summary>The document, by the names of its fields.</summary>
    public IDictionary? Document => DictionaryOf("document");

    /// <summary>What the tool gave, by the names of its fields.</summary>
    public IDictionary? ToolOutput => DictionaryOf("tool_output");

    internal JsonElement Raw { get; }

    /// <summary>The document as it was sent.</summary>
    internal ChatDocument? Origin { get; private init; }

    /// <summary>The same source, which leads back to a document.</summary>
    internal CitationSource With(ChatDocument origin) => new(Raw) { Origin = origin };

    /// <inheritdoc/>
    public override string ToString() => Id ?? Type ?? string.Empty;

    private string? TextOf(string name) =>
        Raw.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private Dictionary<string, object?>? DictionaryOf(string name) =>
        Raw.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? JsonValues.ToDictionary(value) : null;
}
