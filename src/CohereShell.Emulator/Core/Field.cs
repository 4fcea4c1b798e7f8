namespace CohereShell.Emulation;

/// <summary>
/// A field of a request body, with the validation that Cohere performs. A wrong type results in status 422, a value out
/// of range in status 400. Null counts as absent.
/// </summary>
internal readonly struct Field
{
    private readonly JsonElement _element;

    private Field(string name, JsonElement element)
    {
        Name = name;
        _element = element;
    }

    /// <summary>The path of the field: <c>messages[0].role</c>.</summary>
    internal string Name { get; }

    internal bool IsPresent => _element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    internal bool IsText => _element.ValueKind == JsonValueKind.String;

    internal bool IsList => _element.ValueKind == JsonValueKind.Array;

    internal bool IsObject => _element.ValueKind == JsonValueKind.Object;

    /// <summary>The JSON of the field.</summary>
    internal JsonElement Element => _element;

    /// <summary>The complete body.</summary>
    internal static Field Root(JsonElement element) => new(string.Empty, element);

    /// <summary>A property of an object. Absent if this field is absent.</summary>
    internal Field this[string property] => new(
        Name.Length == 0 ? property : Name + "." + property,
        IsObject && _element.TryGetProperty(property, out JsonElement value) ? value : default);

    internal string? Text()
    {
        if (!IsPresent)
        {
            return null;
        }

        return IsText ? _element.GetString() : throw WrongType("string");
    }

    /// <summary>One of the allowed values. Null if the field is absent.</summary>
    internal string? OneOf(params string[] values)
    {
        string? text = Text();
        return text is null || values.Contains(text, StringComparer.Ordinal)
            ? text
            : throw Invalid($"must be one of {string.Join(", ", values)} - received '{text}'.");
    }

    /// <summary>One of the allowed values in any case, as Cohere accepts some fields. Null if the field is absent.</summary>
    internal string? OneOfAnyCase(params string[] values) => Text() is { } text
        ? values.FirstOrDefault(value => string.Equals(value, text, StringComparison.OrdinalIgnoreCase)) ?? OneOf(values)
        : null;

    internal bool Flag(bool otherwise = false) => _element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ when !IsPresent => otherwise,
        _ => throw WrongType("bool"),
    };

    internal double? Number(double min, double max, string bounds)
    {
        if (!IsPresent)
        {
            return null;
        }

        if (_element.ValueKind != JsonValueKind.Number)
        {
            throw WrongType("float");
        }

        // If a number exceeds the range of double, .NET Framework can't read it. .NET returns infinity.
        return _element.TryGetDouble(out double value) && value >= min && value <= max ? value : throw Invalid($"must be between {bounds} inclusive.");
    }

    internal long? Integer(long min, long max, string rule)
    {
        if (!IsPresent)
        {
            return null;
        }

        if (_element.ValueKind != JsonValueKind.Number || !_element.TryGetDecimal(out decimal value) || value != decimal.Truncate(value))
        {
            throw WrongType("integer");
        }

        return value >= min && value <= max ? (long)value : throw Invalid(rule);
    }

    internal Field Object()
    {
        if (IsPresent && !IsObject)
        {
            throw WrongType("object");
        }

        return this;
    }

    internal IReadOnlyList<Field> Items()
    {
        if (!IsPresent)
        {
            return [];
        }

        if (!IsList)
        {
            throw WrongType("array");
        }

        string name = Name;
        return _element.EnumerateArray().Select((item, index) => new Field(FormattableString.Invariant($"{name}[{index}]"), item)).ToArray();
    }

    /// <summary>The texts in a list.</summary>
    internal string[] Texts() => Items().Select(item => item.Text() ?? throw item.WrongType("string")).ToArray();

    /// <summary>The number of elements of a list. 0 if the field isn't a list.</summary>
    internal int Count() => IsList ? _element.GetArrayLength() : 0;

    internal EmulatorException Invalid(string rule) => new(400, $"invalid request: {Name} {rule}");

    internal EmulatorException WrongType(string expected) =>
        new(422, $"invalid type: parameter {Name} is of type {TypeName()} but should be of type {expected}.");

    private string TypeName() => _element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Undefined => "null",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
