namespace CohereShell;

/// <summary>Creates types from a schema. Names needn't follow Avro's rules, but they must be unique.</summary>
internal sealed class AvroSchemaReader
{
    /// <summary>The maximum nesting of types. Each takes up to three levels of JSON.</summary>
    private const int MaxDepth = 100;

    private static readonly Dictionary<string, AvroType> Primitives = new(StringComparer.Ordinal)
    {
        ["null"] = new AvroNull(),
        ["boolean"] = new AvroBoolean(),
        ["int"] = new AvroLong(isInt: true),
        ["long"] = new AvroLong(isInt: false),
        ["float"] = new AvroFloat(),
        ["double"] = new AvroDouble(),
        ["bytes"] = new AvroBinary(length: null, form: null),
        ["string"] = new AvroText(),
    };

    private readonly Dictionary<string, AvroType> _named = new(StringComparer.Ordinal);

    private AvroSchemaReader()
    {
    }

    /// <summary>Returns the type that a JSON schema describes.</summary>
    /// <exception cref="InvalidDataException">It isn't a valid schema.</exception>
    public static AvroType Read(byte[] schema)
    {
        try
        {
            using var document = JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = 3 * MaxDepth });
            return new AvroSchemaReader().ReadType(document.RootElement, string.Empty, 0);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("its schema isn't JSON: " + exception.Message.TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // System.Text.Json throws this for a string with an unpaired surrogate.
            throw new InvalidDataException("its schema has a string that isn't valid Unicode", exception);
        }
    }

    private AvroType ReadType(JsonElement schema, string space, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException(FormattableString.Invariant($"more than {MaxDepth} types of its schema are nested"));
        }

        return schema.ValueKind switch
        {
            JsonValueKind.String => Find(schema.GetString()!, space),
            JsonValueKind.Array => ReadUnion(schema, space, depth),
            JsonValueKind.Object => ReadObject(schema, space, depth),
            _ => throw new InvalidDataException("its schema has a type that isn't a string, a list or an object"),
        };
    }

    private AvroType Find(string name, string space) =>
        Primitives.TryGetValue(name, out AvroType? type)
        || (name.IndexOf('.') < 0 && _named.TryGetValue(FullName(name, space), out type))
        || _named.TryGetValue(name, out type)
            ? type
            : throw new InvalidDataException($"its schema doesn't define the type \"{name}\"");

    private AvroUnion ReadUnion(JsonElement schema, string space, int depth)
    {
        var branches = new List<AvroType>();
        foreach (JsonElement branch in schema.EnumerateArray())
        {
            AvroType type = ReadType(branch, space, depth + 1);
            branches.Add(type is AvroUnion ? throw new InvalidDataException("its schema has a union inside a union") : type);
        }

        return new AvroUnion(branches.ToArray());
    }

    private AvroType ReadObject(JsonElement schema, string space, int depth)
    {
        JsonElement type = Property(schema, "type");
        if (type.ValueKind != JsonValueKind.String)
        {
            // Some writers wrap a type in an object. Apache's .NET writer does so to add a logical type to a fixed type.
            return WithLogicalType(ReadType(type, space, depth + 1), schema);
        }

        string kind = type.GetString()!;
        switch (kind)
        {
            case "record":
            case "error":
                return ReadRecord(schema, space, depth);
            case "enum":
                return Define(schema, space, new AvroEnum(List(schema, "symbols").Select(Text)));
            case "array":
                return new AvroArray(ReadType(Property(schema, "items"), space, depth + 1));
            case "map":
                return new AvroMap(ReadType(Property(schema, "values"), space, depth + 1));
            case "fixed":
                int size = Number(schema, "size") ?? throw new InvalidDataException("its schema has a fixed type without a size");
                return Define(schema, space, WithLogicalType(new AvroBinary(size, form: null), schema));
            default:
                return WithLogicalType(Find(kind, space), schema);
        }
    }

    private AvroRecord ReadRecord(JsonElement schema, string space, int depth)
    {
        var record = new AvroRecord();
        Define(schema, space, record);
        string name = FullNameOf(schema, space);
        string inner = name.LastIndexOf('.') is var dot && dot > 0 ? name.Substring(0, dot) : string.Empty;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonElement field in List(schema, "fields"))
        {
            string fieldName = Text(Property(field, "name"));
            if (!names.Add(fieldName))
            {
                throw new InvalidDataException($"its schema has two fields \"{fieldName}\" in \"{name}\"");
            }

            record.Add(fieldName, ReadType(Property(field, "type"), inner, depth + 1));
        }

        return record;
    }

    /// <summary>Applies the logical type of a schema. The specification says to ignore a logical type that doesn't fit.</summary>
    private static AvroType WithLogicalType(AvroType type, JsonElement schema)
    {
        string? name = schema.TryGetProperty("logicalType", out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return type switch
        {
            AvroLong number => AvroTime.Create(name, number.IsInt) ?? type,
            AvroBinary binary when BinaryForm(schema, name, binary.Length) is { } form => new AvroBinary(binary.Length, form),
            _ => type,
        };
    }

    private static IAvroBinaryForm? BinaryForm(JsonElement schema, string? logicalType, int? length) => (logicalType, length) switch
    {
        ("duration", AvroTextForm.DurationLength) => new AvroTextForm(),
        ("uuid", AvroTextForm.UuidLength) => new AvroTextForm(),
        ("decimal", _) => DecimalForm(schema),
        _ => null,
    };

    private static AvroDecimal? DecimalForm(JsonElement schema)
    {
        int? scale = schema.TryGetProperty("scale", out _) ? Number(schema, "scale") : 0;
        return Number(schema, "precision") is > 0 and var precision && scale <= precision && scale <= AvroDecimal.MostDigits
            ? new AvroDecimal(scale.Value)
            : null;
    }

    private AvroType Define(JsonElement schema, string space, AvroType type)
    {
        string name = FullNameOf(schema, space);
        if (Primitives.ContainsKey(name) || _named.ContainsKey(name))
        {
            throw new InvalidDataException($"its schema has two types \"{name}\"");
        }

        _named.Add(name, type);
        return type;
    }

    private static string FullNameOf(JsonElement schema, string space)
    {
        if (schema.TryGetProperty("namespace", out JsonElement own) && own.ValueKind == JsonValueKind.String)
        {
            space = own.GetString()!;
        }

        return FullName(Text(Property(schema, "name")), space);
    }

    private static string FullName(string name, string space) => name.IndexOf('.') >= 0 || space.Length == 0 ? name : space + "." + name;

    private static JsonElement Property(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new InvalidDataException($"its schema has a part without \"{name}\"");

    private static JsonElement.ArrayEnumerator List(JsonElement schema, string name)
    {
        JsonElement list = Property(schema, name);
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw new InvalidDataException($"in its schema, \"{name}\" isn't a list");
    }

    private static string Text(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw new InvalidDataException("its schema has a name that isn't a string");

    private static int? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out JsonElement element) && element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) && number >= 0
            ? number
            : null;
}
