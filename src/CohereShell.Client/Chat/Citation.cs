using System.Collections;

namespace CohereShell;

/// <summary>A citation: a part of an answer and its sources.</summary>
public sealed record Citation
{
    // The values as received, for sending the message back.
    private int? _receivedStart;
    private int? _receivedEnd;
    private readonly CitationSourceList _sources = new([]);

    /// <summary>Where the cited text starts, counted in .NET characters, as for <c>Substring</c>.</summary>
    public int Start { get; init; }

    /// <summary>Where the cited text ends, exclusive, counted in .NET characters.</summary>
    public int End { get; init; }

    /// <summary>The cited text of the answer.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The documents and tool results that are cited.</summary>
    public IReadOnlyList<CitationSource> Sources
    {
        get => _sources;
        init => _sources = value as CitationSourceList ?? new CitationSourceList(value);
    }

    /// <summary>The index of the message part that contains the cited text.</summary>
    public int ContentIndex { get; init; }

    /// <summary>The kind of part that contains it: <c>TEXT_CONTENT</c>, <c>THINKING_CONTENT</c> or <c>PLAN</c>.</summary>
    public string? Type { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Text} [{string.Join(", ", Sources)}]";

    /// <summary>
    /// Returns the citation with positions in .NET characters. The service counts code points: an emoji is one code point
    /// but two .NET characters.
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

/// <summary>The sources of a citation. Their ids are the text of the list, for tables and CSV files.</summary>
// Public, because PowerShell doesn't take elements out of lists of other types.
public sealed class CitationSourceList : System.Collections.ObjectModel.ReadOnlyCollection<CitationSource>
{
    internal CitationSourceList(IReadOnlyList<CitationSource> sources)
        : base(sources.ToArray())
    {
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", this);
}

/// <summary>A document or a tool result that a citation refers to.</summary>
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

    /// <summary>The id of the document or the tool result.</summary>
    public string? Id { get; }

    /// <summary>
    /// The object that the document was created from. Null if the source isn't a document of this session, and in a
    /// conversation that was loaded from a file.
    /// </summary>
    public object? InputObject => Origin?.InputObject;

    /// <summary>The document, as a dictionary of its fields.</summary>
    public IDictionary? Document => DictionaryOf("document");

    /// <summary>The output of the tool, as a dictionary of its fields.</summary>
    public IDictionary? ToolOutput => DictionaryOf("tool_output");

    internal JsonElement Raw { get; }

    /// <summary>The document as it was sent.</summary>
    internal ChatDocument? Origin { get; private init; }

    /// <summary>The same source with its document.</summary>
    internal CitationSource With(ChatDocument origin) => new(Raw) { Origin = origin };

    /// <inheritdoc/>
    public override string ToString() => Id ?? Type ?? string.Empty;

    private string? TextOf(string name) =>
        Raw.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private Dictionary<string, object?>? DictionaryOf(string name) =>
        Raw.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? JsonValues.ToDictionary(value) : null;
}
