using System.Collections;
using System.Globalization;

namespace CohereShell.Json;

/// <summary>How much of a value becomes JSON, and what had to be cut off.</summary>
internal sealed class JsonBounds
{
    /// <summary>The longest name of a property.</summary>
    public const int NameLength = 200;

    private int _texts;
    private int _lists;
    private int _levels;

    /// <summary>How deep objects and lists may be inside one another.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>The longest list.</summary>
    public int Items { get; init; } = 50;

    /// <summary>The longest text, in characters.</summary>
    public int TextLength { get; init; } = 8_000;

    /// <summary>The bytes after which no more properties and items are begun.</summary>
    public int Size { get; init; } = 40_000;

    /// <summary>Takes secrets out of a text, before it is cut: a part of one would not be known.</summary>
    public Func<string, string> Clean { get; init; } = text => text;

    /// <summary>What was cut off, in words for a model; null where nothing was.</summary>
    public string? Summary
    {
        get
        {
            var parts = new List<string>();
            Add(_texts, "text was shortened", "texts were shortened");
            Add(_lists, "list or object was cut", "lists or objects were cut");
            Add(_levels, "value deep inside was replaced by its name", "values deep inside were replaced by their names");
            return parts.Count == 0 ? null : string.Join(", ", parts);

            void Add(int count, string one, string many)
            {
                if (count > 0)
                {
                    parts.Add(FormattableString.Invariant($"{count} {(count == 1 ? one : many)}"));
                }
            }
        }
    }

    /// <summary>What a value calls itself; null where it fails at that.</summary>
    public static string? TextOf(object value)
    {
        try
        {
            return Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            return null;
        }
    }

    /// <summary>A word for a value that has no text.</summary>
    public static string NameOf(object value) => $"({value.GetType().Name})";

    /// <summary>The text without secrets; where it is longer, its beginning and how long it was.</summary>
    public string Fit(string text, int length)
    {
        string clean = Clean(text);
        return clean.Length <= length ? clean : Cut(clean, length, clean.Length);
    }

    /// <summary>The beginning of a text, and how long it was.</summary>
    public string Cut(string text, int length, long whole)
    {
        _texts++;
        // Never in the middle of a character.
        int end = length > 0 && length < text.Length && char.IsLowSurrogate(text[length]) ? length - 1 : length;
        return FormattableString.Invariant($"{text.Substring(0, end)}… (cut: {whole} characters in all)");
    }

    /// <summary>A word for what is too deep.</summary>
    public string Cut(object value)
    {
        _levels++;
        return value is not IEnumerable && TextOf(value) is { Length: > 0 and < NameLength } text ? Clean(text) : NameOf(value);
    }

    /// <summary>A list or an object has more than is shown.</summary>
    public void CutItems() => _lists++;

    /// <summary>Counts what was cut off elsewhere as well.</summary>
    public void Include(JsonBounds other)
    {
        _texts += other._texts;
        _lists += other._lists;
        _levels += other._levels;
    }
}
