using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace CohereShell.Tests;

/// <summary>
/// Holds JSON to the schemas of an OpenAPI 3.1 description. Knows the keywords that Cohere's description uses; where a
/// <c>oneOf</c> has a discriminator, its mapping chooses, and where it has none, one fitting branch is enough: the
/// description's branches overlap.
/// </summary>
internal sealed class ApiSchema(YamlMappingNode root)
{
    private const string SchemaPrefix = "#/components/schemas/";

    // Slips of the description. LogprobItem demands two names that its properties spell otherwise (text, logprobs), the
    // answers of embed one that stands within their meta.
    private static readonly Dictionary<string, string[]> NotDemanded = new()
    {
        ["LogprobItem"] = ["token", "logprob"],
        ["EmbedByTypeResponse"] = ["api_version"],
    };

    internal IReadOnlyList<string> Errors(YamlMappingNode schema, JsonElement value, bool strict)
    {
        var errors = new List<string>();
        Check(new Place("$", strict, errors), schema, value);
        return errors;
    }

    internal YamlMappingNode Named(string name) =>
        (YamlMappingNode)ApiDescription.Map(ApiDescription.Map(root, "components"), "schemas").Children[name];

    /// <summary>The node that a reference leads to; any other node is its own.</summary>
    internal YamlMappingNode Resolve(YamlMappingNode node)
    {
        while (ApiDescription.Text(node, "$ref") is { } reference)
        {
            node = reference.Substring(2).Split('/').Aggregate(root, ApiDescription.Map);
        }

        return node;
    }

    private void Check(Place place, YamlMappingNode schema, JsonElement value)
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

    private void CheckKeywords(Place place, YamlMappingNode node, JsonElement value)
    {
        YamlMappingNode schema = Resolve(node);
        if (Texts(schema, "type") is { Count: > 0 } types && !types.Any(type => IsOfType(value, type)))
        {
            place.Report($"is {value.ValueKind}, not {string.Join(" or ", types)}");
            return;
        }

        if (schema.Children.TryGetValue("enum", out YamlNode? _) && !Texts(schema, "enum").Contains(Text(value)))
        {
            place.Report($"is '{Text(value)}', not one of {string.Join(", ", Texts(schema, "enum"))}");
        }

        CheckBounds(place, schema, value);
        CheckObject(place, schema, value, NotDemandedBy(node));
        CheckItems(place, schema, value);
        foreach (YamlMappingNode part in Schemas(schema, "allOf"))
        {
            CheckKeywords(place, part, value);
        }

        CheckChoice(place, schema, value);
    }

    private static void CheckBounds(Place place, YamlMappingNode schema, JsonElement value)
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

    private static void CheckBound(Place place, YamlMappingNode schema, string keyword, Func<double, bool> holds)
    {
        if (ApiDescription.Text(schema, keyword) is { } text && !holds(double.Parse(text, CultureInfo.InvariantCulture)))
        {
            place.Report($"breaks {keyword} {text}");
        }
    }

    private void CheckObject(Place place, YamlMappingNode schema, JsonElement value, string[] notDemanded)
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
            if (Properties(schema).TryGetValue(property.Name, out YamlMappingNode? described))
            {
                Check(place.At("." + property.Name), described, property.Value);
            }
            else if (schema.Children.TryGetValue("additionalProperties", out YamlNode? rest) && schema.Children.ContainsKey("properties"))
            {
                CheckAdditional(place, rest, property);
            }
        }
    }

    private void CheckAdditional(Place place, YamlNode rest, JsonProperty property)
    {
        if (rest is YamlMappingNode described)
        {
            Check(place.At("." + property.Name), described, property.Value);
        }
        else if (rest.ToString() == "false")
        {
            place.Report($"has a property '{property.Name}' that is not allowed");
        }
    }

    private void CheckItems(Place place, YamlMappingNode schema, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || !schema.Children.TryGetValue("items", out YamlNode? items))
        {
            return;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            Check(place.At(FormattableString.Invariant($"[{index++}]")), (YamlMappingNode)items, item);
        }
    }

    private void CheckChoice(Place place, YamlMappingNode schema, JsonElement value)
    {
        IReadOnlyList<YamlMappingNode> branches = Branches(schema);
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

    private List<string> Attempt(Place place, YamlMappingNode branch, JsonElement value)
    {
        var errors = new List<string>();
        Check(place with { Errors = errors }, branch, value);
        return errors;
    }

    // The names that an object may have; null where it may have any.
    private HashSet<string>? KnownNames(YamlMappingNode node, JsonElement value)
    {
        YamlMappingNode schema = Resolve(node);
        if (schema.Children.TryGetValue("additionalProperties", out YamlNode? rest) && rest.ToString() != "false")
        {
            return null;
        }

        YamlMappingNode[] parts = [.. Schemas(schema, "allOf"), .. ChoicesFor(schema, value)];
        HashSet<string>?[] names = parts.Select(part => KnownNames(part, value)).ToArray();
        if (!schema.Children.ContainsKey("properties") && names.All(part => part is null))
        {
            return null;
        }

        IEnumerable<string> own = Properties(schema).Keys.Concat(Discriminator(schema) is { } name ? [name] : []);
        return [.. own, .. names.OfType<HashSet<string>>().SelectMany(part => part)];
    }

    private IEnumerable<YamlMappingNode> ChoicesFor(YamlMappingNode schema, JsonElement value) =>
        Discriminator(schema) is not null && Chosen(schema, value) is { } chosen ? [chosen]
            : Branches(schema).Where(branch => Attempt(new Place("$", false, []), branch, value).Count == 0);

    private static YamlMappingNode? Chosen(YamlMappingNode schema, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(Discriminator(schema)!, out JsonElement kind)
        && Mapping(schema).TryGetValue(Text(kind), out string? reference)
            ? new YamlMappingNode { { "$ref", reference } }
            : null;

    private static string? Discriminator(YamlMappingNode schema) =>
        schema.Children.TryGetValue("discriminator", out YamlNode? node) ? ApiDescription.Text((YamlMappingNode)node, "propertyName") : null;

    private static Dictionary<string, string> Mapping(YamlMappingNode schema) =>
        schema.Children.TryGetValue("discriminator", out YamlNode? node) && ((YamlMappingNode)node).Children.TryGetValue("mapping", out YamlNode? mapping)
            ? ((YamlMappingNode)mapping).Children.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString())
            : [];

    private static string[] NotDemandedBy(YamlMappingNode node) =>
        ApiDescription.Text(node, "$ref") is { } reference
        && reference.StartsWith(SchemaPrefix, StringComparison.Ordinal)
        && NotDemanded.TryGetValue(reference.Substring(SchemaPrefix.Length), out string[]? names)
            ? names
            : [];

    private static IReadOnlyList<YamlMappingNode> Branches(YamlMappingNode schema) => [.. Schemas(schema, "oneOf"), .. Schemas(schema, "anyOf")];

    private static IEnumerable<YamlMappingNode> Schemas(YamlMappingNode schema, string keyword) =>
        schema.Children.TryGetValue(keyword, out YamlNode? node) ? ((YamlSequenceNode)node).Children.Cast<YamlMappingNode>() : [];

    private static Dictionary<string, YamlMappingNode> Properties(YamlMappingNode schema) =>
        schema.Children.TryGetValue("properties", out YamlNode? node) && node is YamlMappingNode properties
            ? properties.Children.ToDictionary(pair => pair.Key.ToString(), pair => (YamlMappingNode)pair.Value)
            : [];

    private static IReadOnlyList<string> Texts(YamlMappingNode schema, string keyword) =>
        !schema.Children.TryGetValue(keyword, out YamlNode? node) ? []
        : node is YamlSequenceNode list ? [.. list.Children.Select(item => item.ToString())]
        : node is YamlScalarNode scalar ? [scalar.Value!]
        : [];

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
