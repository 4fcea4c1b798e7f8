using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CohereShell.Tests;

/// <summary>
/// Holds JSON to the schemas of an OpenAPI 3.1 description. Knows the keywords that Cohere's description uses; where a
/// <c>oneOf</c> has a discriminator, its mapping chooses, and where it has none, one fitting branch is enough: the
/// description's branches overlap.
/// </summary>
internal sealed class ApiSchema(JsonElement root)
{
    private const string SchemaPrefix = "#/components/schemas/";

    // Mistakes in the description. LogprobItem requires two names that its properties spell differently (text, logprobs).
    // The responses of embed require a name that is inside their meta.
    private static readonly Dictionary<string, string[]> NotDemanded = new()
    {
        ["LogprobItem"] = ["token", "logprob"],
        ["EmbedByTypeResponse"] = ["api_version"],
        ["EmbedFloatsResponse"] = ["api_version"],
    };

    internal IReadOnlyList<string> Errors(JsonElement schema, JsonElement value, bool strict)
    {
        var errors = new List<string>();
        Check(new Place("$", strict, errors), schema, value);
        return errors;
    }

    internal JsonElement Named(string name) => root.GetProperty("components").GetProperty("schemas").GetProperty(name);

    /// <summary>The node that a reference leads to; any other node is its own.</summary>
    internal JsonElement Resolve(JsonElement node)
    {
        while (ApiDescription.Text(node, "$ref") is { } reference)
        {
            node = reference.Substring(2).Split('/').Aggregate(root, (parent, key) => parent.GetProperty(key));
        }

        return node;
    }

    private void Check(Place place, JsonElement schema, JsonElement value)
    {
        CheckKeywords(place, schema, value);
        if (place.Strict && value.ValueKind == JsonValueKind.Object && KnownNames(schema, value) is { } known)
        {
            foreach (JsonProperty property in value.EnumerateObject().Where(property => !known.Contains(property.Name)))
            {
                place.Report($"has a property '{property.Name}' that the description does not name");
            }
        }
    }

    private void CheckKeywords(Place place, JsonElement node, JsonElement value)
    {
        JsonElement schema = Resolve(node);
        if (Texts(schema, "type") is { Count: > 0 } types && !types.Any(type => IsOfType(value, type)))
        {
            place.Report($"is {value.ValueKind}, not {string.Join(" or ", types)}");
            return;
        }

        if (schema.TryGetProperty("enum", out _) && !Texts(schema, "enum").Contains(Text(value)))
        {
            place.Report($"is '{Text(value)}', not one of {string.Join(", ", Texts(schema, "enum"))}");
        }

        CheckBounds(place, schema, value);
        CheckObject(place, schema, value, NotDemandedBy(node));
        CheckItems(place, schema, value);
        foreach (JsonElement part in Schemas(schema, "allOf"))
        {
            CheckKeywords(place, part, value);
        }

        CheckChoice(place, schema, value);
    }

    private static void CheckBounds(Place place, JsonElement schema, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            CheckBound(place, schema, "minimum", bound => value.GetDouble() >= bound);
            CheckBound(place, schema, "maximum", bound => value.GetDouble() <= bound);
        }
        else if (value.ValueKind == JsonValueKind.String)
        {
            int length = value.GetString()!.EnumerateRunes().Count();
            CheckBound(place, schema, "minLength", bound => length >= bound);
            CheckBound(place, schema, "maxLength", bound => length <= bound);
            if (ApiDescription.Text(schema, "pattern") is { } pattern && !Regex.IsMatch(value.GetString()!, pattern))
            {
                place.Report($"does not match {pattern}");
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            CheckBound(place, schema, "minItems", bound => value.GetArrayLength() >= bound);
            CheckBound(place, schema, "maxItems", bound => value.GetArrayLength() <= bound);
        }
    }

    private static void CheckBound(Place place, JsonElement schema, string keyword, Func<double, bool> holds)
    {
        if (ApiDescription.Text(schema, keyword) is { } text && !holds(double.Parse(text, CultureInfo.InvariantCulture)))
        {
            place.Report($"breaks {keyword} {text}");
        }
    }

    private void CheckObject(Place place, JsonElement schema, JsonElement value, string[] notDemanded)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (string name in Texts(schema, "required").Except(notDemanded).Where(name => !value.TryGetProperty(name, out _)))
        {
            place.Report($"lacks the required property '{name}'");
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (Properties(schema).TryGetValue(property.Name, out JsonElement described))
            {
                Check(place.At("." + property.Name), described, property.Value);
            }
            else if (schema.TryGetProperty("additionalProperties", out JsonElement rest) && schema.TryGetProperty("properties", out _))
            {
                CheckAdditional(place, rest, property);
            }
        }
    }

    private void CheckAdditional(Place place, JsonElement rest, JsonProperty property)
    {
        if (rest.ValueKind == JsonValueKind.Object)
        {
            Check(place.At("." + property.Name), rest, property.Value);
        }
        else if (rest.ValueKind == JsonValueKind.False)
        {
            place.Report($"has a property '{property.Name}' that is not allowed");
        }
    }

    private void CheckItems(Place place, JsonElement schema, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || !schema.TryGetProperty("items", out JsonElement items))
        {
            return;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            Check(place.At(FormattableString.Invariant($"[{index++}]")), items, item);
        }
    }

    private void CheckChoice(Place place, JsonElement schema, JsonElement value)
    {
        IReadOnlyList<JsonElement> branches = Branches(schema);
        if (Discriminator(schema) is { } name && Mapping(schema).Count > 0)
        {
            if (Chosen(schema, value) is { } chosen)
            {
                CheckKeywords(place, chosen, value);
            }
            else
            {
                place.Report($"has no '{name}' that is one of {string.Join(", ", Mapping(schema).Keys)}");
            }

            return;
        }

        if (branches.Count == 0)
        {
            return;
        }

        List<string>[] attempts = branches.Select(branch => Attempt(place, branch, value)).ToArray();
        if (attempts.All(attempt => attempt.Count > 0))
        {
            place.Report("fits none of the choices: " + string.Join(" | ", attempts.Select(attempt => string.Join("; ", attempt))));
        }
    }

    private List<string> Attempt(Place place, JsonElement branch, JsonElement value)
    {
        var errors = new List<string>();
        Check(place with { Errors = errors }, branch, value);
        return errors;
    }

    // The names that an object may have; null where it may have any.
    private HashSet<string>? KnownNames(JsonElement node, JsonElement value)
    {
        JsonElement schema = Resolve(node);
        if (schema.TryGetProperty("additionalProperties", out JsonElement rest) && rest.ValueKind != JsonValueKind.False)
        {
            return null;
        }

        JsonElement[] parts = [.. Schemas(schema, "allOf"), .. ChoicesFor(schema, value)];
        HashSet<string>?[] names = parts.Select(part => KnownNames(part, value)).ToArray();
        if (!schema.TryGetProperty("properties", out _) && names.All(part => part is null))
        {
            return null;
        }

        IEnumerable<string> own = Properties(schema).Keys.Concat(Discriminator(schema) is { } name ? [name] : []);
        return [.. own, .. names.OfType<HashSet<string>>().SelectMany(part => part)];
    }

    private IEnumerable<JsonElement> ChoicesFor(JsonElement schema, JsonElement value) =>
        Discriminator(schema) is not null && Chosen(schema, value) is { } chosen ? [chosen]
            : Branches(schema).Where(branch => Attempt(new Place("$", false, []), branch, value).Count == 0);

    private static JsonElement? Chosen(JsonElement schema, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(Discriminator(schema)!, out JsonElement kind)
        && Mapping(schema).TryGetValue(Text(kind), out string? reference)
            ? JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["$ref"] = reference })
            : null;

    private static string? Discriminator(JsonElement schema) =>
        schema.TryGetProperty("discriminator", out JsonElement node) ? ApiDescription.Text(node, "propertyName") : null;

    private static Dictionary<string, string> Mapping(JsonElement schema) =>
        schema.TryGetProperty("discriminator", out JsonElement node) && node.TryGetProperty("mapping", out JsonElement mapping)
            ? mapping.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!)
            : [];

    private static string[] NotDemandedBy(JsonElement node) =>
        ApiDescription.Text(node, "$ref") is { } reference
        && reference.StartsWith(SchemaPrefix, StringComparison.Ordinal)
        && NotDemanded.TryGetValue(reference.Substring(SchemaPrefix.Length), out string[]? names)
            ? names
            : [];

    private static IReadOnlyList<JsonElement> Branches(JsonElement schema) => [.. Schemas(schema, "oneOf"), .. Schemas(schema, "anyOf")];

    private static JsonElement[] Schemas(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out JsonElement node) ? [.. node.EnumerateArray()] : [];

    private static Dictionary<string, JsonElement> Properties(JsonElement schema) =>
        schema.TryGetProperty("properties", out JsonElement properties)
            ? properties.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value)
            : [];

    private static IReadOnlyList<string> Texts(JsonElement schema, string keyword) =>
        !schema.TryGetProperty(keyword, out JsonElement node) ? []
        : node.ValueKind == JsonValueKind.Array ? [.. node.EnumerateArray().Select(Text)]
        : [Text(node)];

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() == Math.Floor(value.GetDouble()),
        _ => throw new NotSupportedException($"The description has a type '{type}' that this reader does not know."),
    };

    private sealed record Place(string Path, bool Strict, List<string> Errors)
    {
        internal Place At(string step) => this with { Path = Path + step };

        internal void Report(string error) => Errors.Add(Path + " " + error + ".");
    }
}
