using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;

namespace CohereShell.Conversion;

/// <summary>How much of a value becomes JSON, and what had to be cut off.</summary>
internal sealed class JsonBounds
{
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

    /// <summary>The beginning of a text, and how long it was.</summary>
    public string Cut(string text, int length)
    {
        _texts++;
        // Never in the middle of a character.
        int end = length > 0 && length < text.Length && char.IsLowSurrogate(text[length]) ? length - 1 : length;
        return FormattableString.Invariant($"{text.Substring(0, end)}… (cut: {text.Length} characters in all)");
    }

    /// <summary>A word for what is too deep.</summary>
    public string Cut(object value)
    {
        _levels++;
        return value is IEnumerable and not string ? $"({value.GetType().Name})" : Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 and < 200 } text ? text : $"({value.GetType().Name})";
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
