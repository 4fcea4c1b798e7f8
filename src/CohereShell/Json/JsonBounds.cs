using System.Collections;
using System.Globalization;

namespace CohereShell.Json;

/// <summary>Limits the part of a value that becomes JSON, and counts what was cut off.</summary>
internal sealed class JsonBounds
{
    /// <summary>The maximum length of a property name.</summary>
    public const int NameLength = 200;

    private int _texts;
    private int _lists;
    private int _levels;

    /// <summary>The maximum nesting depth of objects and lists.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>The maximum number of items in a list.</summary>
    public int Items { get; init; } = 50;

    /// <summary>The maximum length of a text, in characters.</summary>
    public int TextLength { get; init; } = 8_000;

    /// <summary>The number of bytes after which no more properties and items are added.</summary>
    public int Size { get; init; } = 40_000;

    /// <summary>Removes secrets from a text before it's cut, because a part of a secret wouldn't be recognized.</summary>
    public Func<string, string> Clean { get; init; } = text => text;

    /// <summary>What was cut off, in words for a model; null if nothing was cut off.</summary>
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

    /// <summary>The result of a value's ToString; null if it fails.</summary>
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

    /// <summary>A placeholder for a value that has no text.</summary>
    public static string NameOf(object value) => $"({value.GetType().Name})";

    /// <summary>The text without secrets. If it's longer than the limit, its beginning and its original length.</summary>
    public string Fit(string text, int length)
    {
        string clean = Clean(text);
        return clean.Length <= length ? clean : Cut(clean, length, clean.Length);
    }

    /// <summary>The beginning of a text, and its original length.</summary>
    public string Cut(string text, int length, long whole)
    {
        _texts++;
        // Never between the two halves of a surrogate pair.
        int end = length > 0 && length < text.Length && char.IsLowSurrogate(text[length]) ? length - 1 : length;
        return FormattableString.Invariant($"{text.Substring(0, end)}… (cut: {whole} characters in all)");
    }

    /// <summary>A placeholder for a value that is nested too deep.</summary>
    public string Cut(object value)
    {
        _levels++;
        return value is not IEnumerable && TextOf(value) is { Length: > 0 and < NameLength } text ? Clean(text) : NameOf(value);
    }

    /// <summary>Counts a list or an object that was cut.</summary>
    public void CutItems() => _lists++;

    /// <summary>Adds the counts of another instance.</summary>
    public void Include(JsonBounds other)
    {
        _texts += other._texts;
        _lists += other._lists;
        _levels += other._levels;
    }
}
