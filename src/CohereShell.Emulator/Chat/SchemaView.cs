namespace CohereShell.Emulation;

/// <summary>
/// A JSON schema with its references resolved, its <c>allOf</c> merged, and one branch of <c>anyOf</c> or <c>oneOf</c>
/// chosen: the first one that isn't of type null.
/// </summary>
internal sealed class SchemaView
{
    private const int MaxParts = 64;

    // LangChain sends the names of Python's types, and Cohere accepts them.
    private static readonly Dictionary<string, string> PythonTypes = new(StringComparer.Ordinal)
    {
        ["str"] = "string",
        ["int"] = "integer",
        ["float"] = "number",
        ["bool"] = "boolean",
        ["list"] = "array",
        ["dict"] = "object",
    };

    private readonly JsonElement _root;
    private readonly List<JsonElement> _parts = [];

    internal SchemaView(JsonElement root, JsonElement schema)
    {
        _root = root;
        Add(schema);
    }

    /// <summary>The type. If the schema doesn't specify one, the type that its other keywords imply.</summary>
    internal string Type
    {
        get
        {
            JsonElement? type = Keyword("type");
            string name = type is not { } named ? GuessType()
                : named.ValueKind == JsonValueKind.String ? named.GetString()!
                : named.ValueKind == JsonValueKind.Array ? FirstType(named)
                : GuessType();
            return PythonTypes.TryGetValue(name, out string? standard) ? standard : name;
        }
    }

    /// <summary>The properties of an object, in order. Required properties without a description are last.</summary>
    internal IEnumerable<KeyValuePair<string, JsonElement>> Properties()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonElement properties in Keywords("properties").Where(IsObject))
        {
            foreach (JsonProperty property in properties.EnumerateObject().Where(property => seen.Add(property.Name)))
            {
                yield return new KeyValuePair<string, JsonElement>(property.Name, property.Value);
            }
        }

        foreach (string name in Required().Where(seen.Add))
        {
            yield return new KeyValuePair<string, JsonElement>(name, Keyword("additionalProperties") ?? default);
        }
    }

    internal IReadOnlyList<string> Required() => Keywords("required")
        .Where(names => names.ValueKind == JsonValueKind.Array)
        .SelectMany(names => names.EnumerateArray())
        .Where(name => name.ValueKind == JsonValueKind.String)
        .Select(name => name.GetString()!)
        .Distinct(StringComparer.Ordinal)
        .ToArray();

    internal JsonElement? Keyword(string name)
    {
        foreach (JsonElement value in Keywords(name))
        {
            return value;
        }

        return null;
    }

    internal string? Text(string name) => Keyword(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    internal int? Size(string name) =>
        Keyword(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int size) ? size : null;

    internal decimal? Number(string name) =>
        Keyword(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out decimal number) ? number : null;

    internal IReadOnlyList<JsonElement> List(string name) =>
        Keyword(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray().ToArray() : [];

    private static bool IsObject(JsonElement element) => element.ValueKind == JsonValueKind.Object;

    // Checks only the branch itself, because following its references here could recurse indefinitely.
    private static bool IsNull(JsonElement branch) =>
        IsObject(branch) && branch.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.GetString() == "null";

    private static string FirstType(JsonElement types) =>
        types.EnumerateArray().Select(type => type.GetString()).FirstOrDefault(type => type != "null") ?? "null";

    private IEnumerable<JsonElement> Keywords(string name)
    {
        foreach (JsonElement part in _parts)
        {
            if (part.TryGetProperty(name, out JsonElement value))
            {
                yield return value;
            }
        }
    }

    private void Add(JsonElement schema)
    {
        if (!IsObject(schema) || _parts.Count >= MaxParts)
        {
            return;
        }

        _parts.Add(schema);
        if (schema.TryGetProperty("$ref", out JsonElement reference) && Resolve(reference) is { } target)
        {
            Add(target);
        }

        if (schema.TryGetProperty("allOf", out JsonElement all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement part in all.EnumerateArray())
            {
                Add(part);
            }
        }

        foreach (string choice in new[] { "anyOf", "oneOf" })
        {
            if (schema.TryGetProperty(choice, out JsonElement branches) && branches.ValueKind == JsonValueKind.Array)
            {
                Add(branches.EnumerateArray().FirstOrDefault(branch => !IsNull(branch)));
            }
        }
    }

    // '#/$defs/address', '#/definitions/address', '#'.
    private JsonElement? Resolve(JsonElement reference)
    {
        string path = reference.ValueKind == JsonValueKind.String ? reference.GetString()! : string.Empty;
        if (!path.StartsWith("#", StringComparison.Ordinal))
        {
            return null;
        }

        JsonElement current = _root;
        foreach (string segment in path.Substring(1).Split(['/'], StringSplitOptions.RemoveEmptyEntries))
        {
            string name = Uri.UnescapeDataString(segment).Replace("~1", "/").Replace("~0", "~");
            if (!IsObject(current) || !current.TryGetProperty(name, out current))
            {
                return null;
            }
        }

        return current;
    }

    private string GuessType()
    {
        bool Has(params string[] names) => names.Any(name => Keyword(name) is not null);
        return Has("properties", "required", "additionalProperties", "minProperties") ? "object"
            : Has("items", "prefixItems", "minItems", "maxItems") ? "array"
            : Has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf") ? "number"
            : "string";
    }
}
