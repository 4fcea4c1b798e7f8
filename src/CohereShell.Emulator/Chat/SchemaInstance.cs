using System.Globalization;
using System.Text.RegularExpressions;

namespace CohereShell.Emulation;

/// <summary>
/// Creates an instance of a JSON schema, with values from a message where they fit. It supports the keywords of
/// Cohere's structured outputs. Of <c>pattern</c>, it supports what <see cref="PatternText"/> does. For <c>oneOf</c>,
/// it makes the first branch match, but doesn't check that the others don't.
/// </summary>
internal sealed class SchemaInstance(JsonElement root, string message)
{
    // Stops recursion in a schema that contains itself. Optional properties are left out from the first depth on, and
    // all properties from the second.
    private const int DepthOfOptional = 6;
    private const int MaxDepth = 40;

    // A schema can require more than the memory holds: texts of any length, lists of lists, trees.
    private const int MaxLength = 100_000;
    private const int MaxValues = 10_000;
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(200);
    private readonly MessageValues _values = new(message);
    private int _written;

    /// <summary>Writes an instance with all properties.</summary>
    internal void Write(Utf8JsonWriter writer) => Write(writer, root, string.Empty, 0, 0);

    private void Write(Utf8JsonWriter writer, JsonElement schema, string name, int index, int depth)
    {
        var view = new SchemaView(root, schema);
        if (depth > MaxDepth || _written++ > MaxValues)
        {
            writer.WriteNullValue();
        }
        else if (view.Keyword("const") is { } constant)
        {
            constant.WriteTo(writer);
        }
        else if (view.List("enum") is { Count: > 0 } values)
        {
            FromList(values, index).WriteTo(writer);
        }
        else
        {
            WriteOfType(writer, view, name, index, depth);
        }
    }

    private void WriteOfType(Utf8JsonWriter writer, SchemaView view, string name, int index, int depth)
    {
        switch (view.Type)
        {
            case "object":
                WriteObject(writer, view, depth);
                break;
            case "array":
                WriteArray(writer, view, name, depth);
                break;
            case "integer":
                WriteNumber(writer, view, name, index, isWhole: true);
                break;
            case "number":
                WriteNumber(writer, view, name, index, isWhole: false);
                break;
            case "boolean":
                writer.WriteBooleanValue(true);
                break;
            case "null":
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(Text(view, name, index));
                break;
        }
    }

    private JsonElement FromList(IReadOnlyList<JsonElement> values, int index)
    {
        string? said = _values.FirstMentioned(values.Select(JsonText.Flatten));
        int start = said is null ? 0 : values.TakeWhile(value => JsonText.Flatten(value) != said).Count();
        return values[(start + index) % values.Count];
    }

    private void WriteObject(Utf8JsonWriter writer, SchemaView view, int depth)
    {
        IReadOnlyList<string> required = view.Required();
        writer.WriteStartObject();
        int count = 0;
        foreach (KeyValuePair<string, JsonElement> property in view.Properties())
        {
            bool isNeeded = required.Contains(property.Key, StringComparer.Ordinal);
            if (isNeeded || depth < DepthOfOptional)
            {
                writer.WritePropertyName(property.Key);
                Write(writer, property.Value, property.Key, 0, depth + 1);
                count++;
            }
        }

        for (; count < (view.Size("minProperties") ?? 0); count++)
        {
            string name = FormattableString.Invariant($"property{count + 1}");
            writer.WritePropertyName(name);
            Write(writer, view.Keyword("additionalProperties") ?? default, name, 0, depth + 1);
        }

        writer.WriteEndObject();
    }

    private void WriteArray(Utf8JsonWriter writer, SchemaView view, string name, int depth)
    {
        IReadOnlyList<JsonElement> prefix = view.List("prefixItems");
        JsonElement items = view.Keyword("items") ?? default;
        int least = view.Size("minItems") ?? 0;
        int wanted = depth >= DepthOfOptional ? 0 : Math.Max(prefix.Count, WantedItems(items));
        int count = Math.Min(Math.Max(least, wanted), Math.Max(least, view.Size("maxItems") ?? int.MaxValue));
        writer.WriteStartArray();
        for (int i = 0; i < count && _written < MaxValues; i++)
        {
            Write(writer, i < prefix.Count ? prefix[i] : items, name, i, depth + 1);
        }

        writer.WriteEndArray();
    }

    // A list of texts contains all quoted texts of the message.
    private int WantedItems(JsonElement items) => items.ValueKind == JsonValueKind.False ? 0
        : new SchemaView(root, items) is { Type: "string" } view && view.List("enum").Count == 0 ? Math.Max(1, _values.QuotedCount)
        : 1;

    private void WriteNumber(Utf8JsonWriter writer, SchemaView view, string name, int index, bool isWhole)
    {
        decimal step = view.Number("multipleOf") is > 0 and { } multiple ? multiple : isWhole ? 1 : 0;
        decimal? said = _values.TakeNumber(name, number => Fits(view, number, isWhole, step));
        decimal value = said ?? Default(view, isWhole, step) ?? Least(view, isWhole, step, index);
        writer.WriteRawValue(value.ToString("0.############################", CultureInfo.InvariantCulture));
    }

    /// <summary>Whether a number is within the bounds of a schema.</summary>
    internal static bool Fits(SchemaView view, decimal number, bool isWhole, decimal step) =>
        (!isWhole || number == decimal.Truncate(number))
        && (step == 0 || number % step == 0)
        && !(number < view.Number("minimum"))
        && !(number <= view.Number("exclusiveMinimum"))
        && !(number > view.Number("maximum"))
        && !(number >= view.Number("exclusiveMaximum"));

    private static decimal? Default(SchemaView view, bool isWhole, decimal step) =>
        view.Number("default") is { } value && Fits(view, value, isWhole, step) ? value : null;

    // The first number that fits, starting from 1, the minimum or just below the maximum.
    private static decimal Least(SchemaView view, bool isWhole, decimal step, int index)
    {
        decimal unit = step == 0 ? 1 : step;
        decimal? low = view.Number("minimum") ?? view.Number("exclusiveMinimum");
        decimal? high = view.Number("maximum") ?? view.Number("exclusiveMaximum");
        decimal start = low is { } least && least > 1 ? least : high is { } most && most < 1 ? Math.Max(low ?? (most - (2 * unit)), most - (2 * unit)) : 1;
        decimal first = decimal.Ceiling(start / unit) * unit;
        decimal?[] candidates = [first + (index * unit), first, first + unit, first + (unit / 2), start, Middle(low, high) ?? start];
        return candidates.FirstOrDefault(candidate => Fits(view, candidate!.Value, isWhole, step)) ?? first;
    }

    private static decimal? Middle(decimal? low, decimal? high) => (low + high) / 2;

    private string Text(SchemaView view, string name, int index)
    {
        int least = Math.Min(view.Size("minLength") ?? 0, MaxLength);
        int most = view.Size("maxLength") ?? int.MaxValue;
        if (_values.OfFormat(view.Text("format"), FormattableString.Invariant($"{name}{index}")) is { } formatted)
        {
            return formatted;
        }

        if (view.Text("pattern") is { } pattern)
        {
            return OfPattern(pattern, name, least);
        }

        string text = _values.TakeText(name) ?? view.Text("default") ?? (name.Length == 0 ? "value" : name);
        text = index > 0 && text == name ? FormattableString.Invariant($"{name} {index + 1}") : text;
        return Fit(text, least, most);
    }

    private string OfPattern(string pattern, string name, int least)
    {
        try
        {
            if (_values.TakeText(name) is { } said && said.Length >= least && Regex.IsMatch(said, pattern, RegexOptions.ECMAScript, PatternTime))
            {
                return said;
            }
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            // .NET doesn't support the pattern. The text is created anyway.
        }

        return PatternText.Generate(pattern);
    }

    // Lengths count code points: JSON Schema, 6.3.
    private static string Fit(string text, int least, int most)
    {
        int[] starts = Enumerable.Range(0, text.Length).Where(i => !char.IsLowSurrogate(text[i])).ToArray();
        return starts.Length > most ? text.Substring(0, starts[most])
            : starts.Length < least ? text + new string('x', least - starts.Length)
            : text;
    }
}
