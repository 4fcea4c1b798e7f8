using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// An Avro schema that JSON values can be written in. A schema that is inferred from values fits all of them. See <see
/// href="https://avro.apache.org/docs/1.11.1/specification/"/>.
/// </summary>
internal sealed class AvroSchema
{
    private AvroSchema(AvroKind kind, bool isNullable)
    {
        Kind = kind;
        IsNullable = isNullable;
    }

    internal AvroKind Kind { get; }

    /// <summary>Whether the value can be null. The schema is then a union.</summary>
    internal bool IsNullable { get; }

    /// <summary>The type of the items of a list.</summary>
    private AvroSchema? Items { get; init; }

    /// <summary>The fields of a record.</summary>
    private IReadOnlyList<KeyValuePair<string, AvroSchema>> Fields { get; init; } = [];

    internal static AvroSchema Of(AvroKind kind) => new(kind, isNullable: false);

    internal static AvroSchema List(AvroSchema items) => new(AvroKind.Array, isNullable: false) { Items = items };

    internal static AvroSchema Record(IEnumerable<KeyValuePair<string, AvroSchema>> fields) =>
        new(AvroKind.Record, isNullable: false) { Fields = fields.ToArray() };

    /// <summary>Infers the type of a value.</summary>
    internal static AvroSchema Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => Of(AvroKind.Boolean),
        JsonValueKind.Number => Of(value.TryGetInt64(out _) ? AvroKind.Long : AvroKind.Double),
        JsonValueKind.Array => List(value.EnumerateArray().Select(Of).Aggregate(Of(AvroKind.Null), (all, one) => all.Merge(one))),

        // If a property's name isn't valid in Avro, as in JSON schemas, the whole object is written as text.
        JsonValueKind.Object when value.EnumerateObject().All(property => IsName(property.Name)) => Record(value.EnumerateObject()
            .GroupBy(property => property.Name, StringComparer.Ordinal)
            .Select(group => new KeyValuePair<string, AvroSchema>(group.Key, Of(group.Last().Value)))),
        JsonValueKind.Null or JsonValueKind.Undefined => new AvroSchema(AvroKind.Null, isNullable: true),
        _ => Of(AvroKind.String),
    };

    /// <summary>Returns the record with an additional field. It replaces a field of the same name.</summary>
    internal AvroSchema WithField(string name, AvroSchema type) =>
        Record([.. Fields.Where(field => field.Key != name), new KeyValuePair<string, AvroSchema>(name, type)]);

    /// <summary>Whether a name is valid in a schema.</summary>
    internal static bool IsName(string name) =>
        name.Length > 0 && name.All(c => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')) && !(name[0] is >= '0' and <= '9');

    /// <summary>Returns the type as a union with null.</summary>
    internal AvroSchema OrNull() => IsNullable ? this : new AvroSchema(Kind, isNullable: true) { Items = Items, Fields = Fields };

    /// <summary>Returns a type that fits the values of both types.</summary>
    internal AvroSchema Merge(AvroSchema other)
    {
        if (Kind == AvroKind.Null || other.Kind == AvroKind.Null)
        {
            // The item type of an empty list isn't known. That doesn't mean that its items can be null.
            AvroSchema known = Kind == AvroKind.Null ? other : this;
            return IsNullable || other.IsNullable ? known.OrNull() : known;
        }

        AvroSchema merged = MergeKinds(other);
        return IsNullable || other.IsNullable ? merged.OrNull() : merged;
    }

    internal string ToJson() => Encoding.UTF8.GetString(EmulatorJson.Write(writer =>
    {
        int records = 0;
        WriteSchema(writer, "row", ref records);
    }));

    /// <summary>Writes a value as this type.</summary>
    internal void Write(AvroEncoder encoder, JsonElement value)
    {
        bool isNull = value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;
        if (IsUnion)
        {
            encoder.WriteLong(isNull ? 0 : 1);
            if (isNull)
            {
                return;
            }
        }

        switch (Kind)
        {
            case AvroKind.Null:
                break;
            case AvroKind.Boolean:
                encoder.WriteBoolean(value.GetBoolean());
                break;
            case AvroKind.Int or AvroKind.Long:
                encoder.WriteLong(value.GetInt64());
                break;
            case AvroKind.Float:
                encoder.WriteFloat((float)value.GetDouble());
                break;
            case AvroKind.Double:
                encoder.WriteDouble(value.GetDouble());
                break;
            case AvroKind.Array:
                WriteItems(encoder, value);
                break;
            case AvroKind.Record:
                foreach (KeyValuePair<string, AvroSchema> field in Fields)
                {
                    field.Value.Write(encoder, value.TryGetProperty(field.Key, out JsonElement inner) ? inner : default);
                }

                break;
            default:
                encoder.WriteString(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
                break;
        }
    }

    private AvroSchema MergeKinds(AvroSchema other)
    {
        if (Kind == AvroKind.Array && other.Kind == AvroKind.Array)
        {
            return List(Items!.Merge(other.Items!));
        }

        if (Kind == AvroKind.Record && other.Kind == AvroKind.Record)
        {
            return MergeFields(other);
        }

        if (Kind == other.Kind)
        {
            return Of(Kind);
        }

        return IsNumber && other.IsNumber ? Of(AvroKind.Double) : Of(AvroKind.String);
    }

    // A value that is always null needs no union.
    private bool IsUnion => IsNullable && Kind != AvroKind.Null;

    private bool IsNumber => Kind is AvroKind.Long or AvroKind.Double;

    private AvroSchema MergeFields(AvroSchema other)
    {
        var theirs = other.Fields.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        var fields = new List<KeyValuePair<string, AvroSchema>>();
        foreach (KeyValuePair<string, AvroSchema> field in Fields)
        {
            bool isShared = theirs.TryGetValue(field.Key, out AvroSchema? type);
            theirs.Remove(field.Key);
            fields.Add(new KeyValuePair<string, AvroSchema>(field.Key, isShared ? field.Value.Merge(type!) : field.Value.OrNull()));
        }

        foreach (KeyValuePair<string, AvroSchema> field in other.Fields.Where(field => theirs.ContainsKey(field.Key)))
        {
            fields.Add(new KeyValuePair<string, AvroSchema>(field.Key, field.Value.OrNull()));
        }

        return Record(fields);
    }

    private void WriteItems(AvroEncoder encoder, JsonElement list)
    {
        int count = list.GetArrayLength();
        if (count > 0)
        {
            encoder.WriteLong(count);
            foreach (JsonElement item in list.EnumerateArray())
            {
                Items!.Write(encoder, item);
            }
        }

        encoder.WriteLong(0);
    }

    private void WriteSchema(Utf8JsonWriter writer, string name, ref int records)
    {
        if (IsUnion)
        {
            writer.WriteStartArray();
            writer.WriteStringValue("null");
        }

        switch (Kind)
        {
            case AvroKind.Array:
                writer.WriteStartObject();
                writer.WriteString("type", "array");
                writer.WritePropertyName("items");
                Items!.WriteSchema(writer, name, ref records);
                writer.WriteEndObject();
                break;
            case AvroKind.Record:
                WriteRecord(writer, name, ref records);
                break;
            default:
                writer.WriteStringValue(Kind.ToString().ToLowerInvariant());
                break;
        }

        if (IsUnion)
        {
            writer.WriteEndArray();
        }
    }

    private void WriteRecord(Utf8JsonWriter writer, string name, ref int records)
    {
        // Two fields can have the same name at different places in a schema, but two records can't.
        writer.WriteStartObject();
        writer.WriteString("type", "record");
        writer.WriteString("name", records == 0 ? name : FormattableString.Invariant($"{name}_{records}"));
        records++;
        writer.WriteStartArray("fields");
        foreach (KeyValuePair<string, AvroSchema> field in Fields)
        {
            writer.WriteStartObject();
            writer.WriteString("name", field.Key);
            writer.WritePropertyName("type");
            field.Value.WriteSchema(writer, field.Key, ref records);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
