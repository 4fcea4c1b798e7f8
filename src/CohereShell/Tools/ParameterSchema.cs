using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CohereShell.Json;

namespace CohereShell.Tools;

/// <summary>Makes the JSON schema of a parameter: its type, its validation attributes, and its description.</summary>
internal static class ParameterSchema
{
    private const int LongestDefault = 200;

    /// <summary>The schema; null if JSON can't represent the parameter's values.</summary>
    public static JsonObject? Of(CommandParameterInfo parameter, string? description, object? defaultValue)
    {
        if (JsonTypes.SchemaOf(parameter.ParameterType) is not { } schema)
        {
            return null;
        }

        // Attributes of an array apply to each item, except for the number of items.
        JsonObject single = schema["items"] as JsonObject ?? schema;
        foreach (Attribute attribute in parameter.Attributes)
        {
            switch (attribute)
            {
                case ValidateSetAttribute set:
                    Allow(single, set);
                    break;
                case ValidateRangeAttribute range:
                    Bound(single, range);
                    break;
                case ValidateLengthAttribute length:
                    single["minLength"] = length.MinLength;
                    single["maxLength"] = length.MaxLength;
                    break;
                case ValidatePatternAttribute pattern when IsWidelyKnown(pattern.RegexPattern):
                    single["pattern"] = pattern.RegexPattern;
                    break;
                case ValidateCountAttribute count when single != schema:
                    schema["minItems"] = count.MinLength;
                    schema["maxItems"] = count.MaxLength;
                    break;
            }
        }

        Describe(schema, single, parameter, description);
        if (AsDefault(schema, defaultValue ?? parameter.Attributes.OfType<PSDefaultValueAttribute>().FirstOrDefault()?.Value) is { } value)
        {
            schema["default"] = value;
        }

        return schema;
    }

    private static void Describe(JsonObject schema, JsonObject single, CommandParameterInfo parameter, string? description)
    {
        string? hint = single["description"]?.GetValue<string>();
        single.Remove("description");
        string? wildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any() ? "Wildcards are allowed." : null;
        string text = string.Join(" ", new[] { description, hint, wildcards }.Where(part => !string.IsNullOrEmpty(part)));
        if (text.Length > 0)
        {
            schema["description"] = text;
        }
    }

    private static void Allow(JsonObject schema, ValidateSetAttribute set)
    {
        try
        {
            IList<string> values = set.ValidValues;
            // ValidateSet can also apply to numbers.
            if (values.Count <= JsonTypes.MostNames)
            {
                schema["enum"] = new JsonArray(values.Select(value => ValueOf(schema, value)).ToArray());
            }
        }
        catch (Exception exception) when (exception is RuntimeException or InvalidOperationException)
        {
            // The values come from a class that has none at the moment. The command checks the value itself.
        }
    }

    private static JsonNode ValueOf(JsonObject schema, string value) =>
        schema["type"]?.GetValue<string>() is "integer" or "number" && decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number)
            ? JsonValue.Create(number)
            : JsonValue.Create(value);

    private static void Bound(JsonObject schema, ValidateRangeAttribute range)
    {
        string? type = schema["type"]?.GetValue<string>();
        if (type is not ("integer" or "number"))
        {
            return;
        }

        bool isWhole = type == "integer";
        switch (KindOf(range))
        {
            case "Positive":
                Raise(schema, isWhole ? "minimum" : "exclusiveMinimum", isWhole ? 1 : 0);
                break;
            case "NonNegative":
                Raise(schema, "minimum", 0);
                break;
            case "Negative":
                Lower(schema, isWhole ? "maximum" : "exclusiveMaximum", isWhole ? -1 : 0);
                break;
            case "NonPositive":
                Lower(schema, "maximum", 0);
                break;
            default:
                Raise(schema, "minimum", ToNumber(range.MinRange));
                Lower(schema, "maximum", ToNumber(range.MaxRange));
                break;
        }
    }

    // PowerShell 6 and later: [ValidateRange('Positive')]. The kind isn't public.
    private static string? KindOf(ValidateRangeAttribute range) => range.MinRange is null
        ? range.GetType().GetProperty("RangeKind", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)?.GetValue(range)?.ToString()
        : null;

    private static void Raise(JsonObject schema, string keyword, decimal? bound)
    {
        if (bound is not null && !(schema[keyword]?.GetValue<decimal>() >= bound))
        {
            schema[keyword] = JsonValue.Create(bound);
        }
    }

    private static void Lower(JsonObject schema, string keyword, decimal? bound)
    {
        if (bound is not null && !(schema[keyword]?.GetValue<decimal>() <= bound))
        {
            schema[keyword] = JsonValue.Create(bound);
        }
    }

    private static decimal? ToNumber(object? bound)
    {
        try
        {
            return PowerShellJson.Unwrap(bound) is IConvertible number and not (string or DateTime or bool or char) ? number.ToDecimal(CultureInfo.InvariantCulture) : null;
        }
        catch (OverflowException)
        {
            // Infinity, or a bound that no value can exceed.
            return null;
        }
    }

    // Patterns that mean the same outside .NET.
    private static bool IsWidelyKnown(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.ECMAScript);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static JsonNode? AsDefault(JsonObject schema, object? value)
    {
        if (value is null)
        {
            return null;
        }

        try
        {
            // PowerShell accepts a single value for an array, but JSON doesn't. If more than that differs, there is
            // no default.
            bool isOneOfMany = schema["items"] is not null && PowerShellJson.Unwrap(value) is not Array;
            JsonElement element = PowerShellJson.ToElement(isOneOfMany ? new[] { value } : value);
            string json = element.GetRawText();
            var reader = new ArgumentReader();
            reader.Read(element, JsonSerializer.SerializeToElement(schema), "default");
            return reader.Problems.Count == 0 && json.Length <= LongestDefault ? JsonNode.Parse(json) : null;
        }
        catch (NotJsonException)
        {
            return null;
        }
    }
}
