using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CohereShell.Tools;

/// <summary>
/// Reads plain values from JSON and checks them against a JSON schema. It supports type, enum, const, minimum,
/// maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, pattern, format (date-time and uuid), items,
/// minItems, maxItems, properties, required and additionalProperties. It ignores all other keywords.
/// </summary>
internal sealed class ArgumentReader
{
    private const int MostProblems = 20;
    private const int LongestNumber = 40;
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(250);
    private readonly List<string> _problems = [];

    /// <summary>The problems found so far.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>A value as the model wrote it, shortened and safe for a screen.</summary>
    public static string Show(JsonElement value) => DisplayText.OneLine(value.GetRawText(), 60);

    /// <summary>Whether the schema allows null.</summary>
    public static bool TakesNull(JsonElement schema) => TypesOf(schema) is { } types && types.Contains("null");

    /// <summary>Adds a problem.</summary>
    public void Refuse(string problem)
    {
        // A list with a million wrong items is one problem.
        if (_problems.Count < MostProblems)
        {
            _problems.Add(problem);
        }
        else if (_problems.Count == MostProblems)
        {
            _problems.Add("and more problems of this kind");
        }
    }

    /// <summary>
    /// Returns the value: texts, Int32 or larger whole numbers, Double or Decimal, Boolean, arrays, hashtables. If it
    /// doesn't match the schema, a problem is added and the result can't be used.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="place">The name of the parameter, for messages.</param>
    /// <param name="type">The type that PowerShell converts the value to; null if it isn't known.</param>
    public object? Read(JsonElement value, JsonElement schema, string place, Type? type = null)
    {
        if (TypesOf(schema) is { Length: > 0 } types && !types.Any(type => IsOfType(value, type)))
        {
            Refuse($"parameter {place}: must be {string.Join(" or ", types.Select(NameOf))}, was {Show(value)}");
            return null;
        }

        JsonElement chosen = Listed(value, schema, place);
        switch (chosen.ValueKind)
        {
            case JsonValueKind.String:
                return ReadText(chosen.GetString()!, schema, place);
            case JsonValueKind.Number:
                return ReadNumber(chosen, schema, place, type);
            case JsonValueKind.Array:
                return ReadItems(chosen, schema, place, type);
            case JsonValueKind.Object:
                return ReadObject(chosen, schema, place);
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return null;
        }
    }

    // The value as the schema lists it: a model's 'desc' is the command's 'Desc'.
    private JsonElement Listed(JsonElement value, JsonElement schema, string place)
    {
        JsonElement[] allowed = Keyword(schema, "const") is { } constant ? [constant]
            : Keyword(schema, "enum") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToArray()
            : [];
        if (allowed.Length == 0 || allowed.Any(item => IsSame(item, value, StringComparison.Ordinal)))
        {
            return value;
        }

        JsonElement[] similar = allowed.Where(item => IsSame(item, value, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (similar.Length == 1)
        {
            return similar[0];
        }

        Refuse($"parameter {place}: must be one of {string.Join(", ", allowed.Take(MostProblems).Select(Show))}{(allowed.Length > MostProblems ? ", …" : string.Empty)}, was {Show(value)}");
        return value;
    }

    private string ReadText(string text, JsonElement schema, string place)
    {
        if (Number(schema, "minLength") is { } least && text.Length < least)
        {
            Refuse(FormattableString.Invariant($"parameter {place}: must have at least {least} characters, has {text.Length}"));
        }

        if (Number(schema, "maxLength") is { } most && text.Length > most)
        {
            Refuse(FormattableString.Invariant($"parameter {place}: must have at most {most} characters, has {text.Length}"));
        }

        if (Keyword(schema, "pattern") is { ValueKind: JsonValueKind.String } pattern && !Fits(text, pattern.GetString()!))
        {
            Refuse($"parameter {place}: must fit the pattern {Show(pattern)}, was \"{DisplayText.OneLine(text, 60)}\"");
        }

        if (Keyword(schema, "format") is { ValueKind: JsonValueKind.String } format && !IsOfFormat(text, format.GetString()!))
        {
            Refuse($"parameter {place}: must be a {(format.GetString() == "uuid" ? "UUID" : "date and time such as 2026-01-31T08:00:00Z")}, was \"{DisplayText.OneLine(text, 60)}\"");
        }

        return text;
    }

    private object? ReadNumber(JsonElement number, JsonElement schema, string place, Type? type)
    {
        if (number.GetRawText().Length > LongestNumber
            || !ExactNumber.TryRead(number, out ExactNumber exact)
            || !number.TryGetDouble(out double value)
            || double.IsInfinity(value))
        {
            Refuse($"parameter {place}: the number {Show(number)} is too large or has too many digits");
            return null;
        }

        CheckBound(number, schema, "minimum", "at least", place, order => order >= 0);
        CheckBound(number, schema, "maximum", "at most", place, order => order <= 0);
        CheckBound(number, schema, "exclusiveMinimum", "more than", place, order => order > 0);
        CheckBound(number, schema, "exclusiveMaximum", "less than", place, order => order < 0);
        return ValueOf(number, exact, value, schema, place, type);
    }

    // The command must run with the number that the user agreed to. PowerShell converts a Double to a Decimal with
    // only 15 digits, and a Decimal to a Double without rounding correctly.
    private object? ValueOf(JsonElement number, ExactNumber exact, double value, JsonElement schema, string place, Type? type)
    {
        Type? target = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(double) || target == typeof(float))
        {
            return value;
        }

        if (target == typeof(decimal))
        {
            if (exact.ToDecimal() is { } money)
            {
                return money;
            }

            Refuse($"parameter {place}: the number {Show(number)} is too large or has too many digits");
            return null;
        }

        bool isWhole = number.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0
            || (exact.IsWhole && TypesOf(schema) is { } types && types.Contains("integer") && !types.Contains("number"));
        return isWhole ? Whole(exact.Whole)
            : exact.IsSafeAsDouble ? value
            : (object?)exact.ToDecimal() ?? value;
    }

    private void CheckBound(JsonElement number, JsonElement schema, string keyword, string words, string place, Func<int, bool> isKept)
    {
        if (Keyword(schema, keyword) is { ValueKind: JsonValueKind.Number } bound && !isKept(Compare(number, bound)))
        {
            Refuse($"parameter {place}: must be {words} {Show(bound)}, was {Show(number)}");
        }
    }

    private object?[] ReadItems(JsonElement array, JsonElement schema, string place, Type? type)
    {
        int count = array.GetArrayLength();
        if (Number(schema, "minItems") is { } least && count < least)
        {
            Refuse(FormattableString.Invariant($"parameter {place}: must have at least {least} items, has {count}"));
        }

        if (Number(schema, "maxItems") is { } most && count > most)
        {
            Refuse(FormattableString.Invariant($"parameter {place}: must have at most {most} items, has {count}"));
        }

        // With prefixItems, items applies only to the items after them.
        JsonElement items = Keyword(schema, "prefixItems") is null ? Keyword(schema, "items") ?? default : default;
        return array.EnumerateArray().Select((item, index) => Read(item, items, FormattableString.Invariant($"{place}[{index}]"), JsonTypes.ElementOf(type))).ToArray();
    }

    private Hashtable ReadObject(JsonElement element, JsonElement schema, string place)
    {
        var result = new Hashtable(StringComparer.OrdinalIgnoreCase);
        JsonElement properties = Keyword(schema, "properties") ?? default;
        JsonElement additional = Keyword(schema, "additionalProperties") ?? default;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string inner = place + "." + DisplayText.OneLine(property.Name, 60);
            JsonElement? known = Keyword(properties, property.Name);
            if (known is null && additional.ValueKind == JsonValueKind.False)
            {
                Refuse($"parameter {place}: {DisplayText.OneLine(property.Name, 60)} doesn't exist");
            }
            else if (result.ContainsKey(property.Name))
            {
                Refuse($"parameter {inner} is specified twice");
            }
            else
            {
                result[property.Name] = Read(property.Value, known ?? additional, inner);
            }
        }

        if (Keyword(schema, "required") is { ValueKind: JsonValueKind.Array } required)
        {
            foreach (JsonElement name in required.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String && !result.ContainsKey(name.GetString()!)))
            {
                Refuse($"parameter {place}.{name.GetString()} is required");
            }
        }

        return result;
    }

    // Like PowerShell: Int32 if the number fits, otherwise a larger type.
    private static object Whole(BigInteger number) =>
        number >= int.MinValue && number <= int.MaxValue ? (int)number
        : number >= long.MinValue && number <= long.MaxValue ? (long)number
        : number >= 0 && number <= ulong.MaxValue ? (ulong)number
        : BigInteger.Abs(number) <= new BigInteger(decimal.MaxValue) ? (decimal)number
        : number;

    private static bool IsSame(JsonElement one, JsonElement other, StringComparison comparison) => one.ValueKind == other.ValueKind && one.ValueKind switch
    {
        JsonValueKind.String => string.Equals(one.GetString(), other.GetString(), comparison),
        JsonValueKind.Number => Compare(one, other) == 0,
        JsonValueKind.Array or JsonValueKind.Object => one.GetRawText() == other.GetRawText(),
        _ => true,
    };

    private static int Compare(JsonElement one, JsonElement other) =>
        ExactNumber.TryRead(one, out ExactNumber exactOne) && ExactNumber.TryRead(other, out ExactNumber exactOther)
            ? exactOne.CompareTo(exactOther)
            : one.GetDouble().CompareTo(other.GetDouble());

    // PowerShell's patterns aren't case-sensitive. If a pattern is invalid or too slow, the command checks the value itself.
    private static bool Fits(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, PatternTime);
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static bool IsOfFormat(string text, string format) => format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uuid" => Guid.TryParse(text, out _),
        _ => true,
    };

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        // In JSON, 5.0 is a whole number.
        "integer" => value.ValueKind == JsonValueKind.Number && IsWhole(value),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => true,
    };

    private static bool IsWhole(JsonElement number) =>
        ExactNumber.TryRead(number, out ExactNumber exact)
            ? exact.IsWhole
            : number.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0;

    private static string NameOf(string type) => type switch
    {
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "an array",
        "object" => "an object",
        "null" => "null",
        _ => "a " + type,
    };

    private static string[]? TypesOf(JsonElement schema) => Keyword(schema, "type") switch
    {
        { ValueKind: JsonValueKind.String } type => [type.GetString()!],
        { ValueKind: JsonValueKind.Array } types => types.EnumerateArray().Where(type => type.ValueKind == JsonValueKind.String).Select(type => type.GetString()!).ToArray(),
        _ => null,
    };

    private static double? Number(JsonElement schema, string keyword) =>
        Keyword(schema, keyword) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static JsonElement? Keyword(JsonElement schema, string keyword) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(keyword, out JsonElement value) ? value : null;
}
