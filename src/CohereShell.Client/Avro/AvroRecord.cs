namespace CohereShell;

/// <summary>Values with the names and types of the schema, in its order.</summary>
internal sealed class AvroRecord : AvroType
{
    /// <summary>The approximate size of an object without its values. It is larger in memory than as JSON.</summary>
    public const int ObjectCost = 64;

    private readonly List<Field> _fields = [];
    private long _cost = ObjectCost;

    /// <summary>The names of the fields.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            foreach (Field field in _fields)
            {
                yield return field.Name;
            }
        }
    }

    /// <summary>Adds a field. The record exists before its fields because a field can have the type of the record.</summary>
    public void Add(string name, AvroType type)
    {
        var field = new Field(name, Encode(name), type);
        _fields.Add(field);
        _cost += (2 * AvroCursor.ValueCost) + field.Encoded.EncodedUtf8Bytes.Length;
    }

    public override void Check(AvroCursor cursor)
    {
        cursor.Spend(_cost);
        cursor.Enter();
        foreach (Field field in _fields)
        {
            field.Type.Check(cursor);
        }

        cursor.Leave();
    }

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (Field field in _fields)
        {
            writer.WritePropertyName(field.Encoded);
            field.Type.Write(cursor, writer);
        }

        writer.WriteEndObject();
    }

    public override object? Read(AvroCursor cursor)
    {
        var values = new Dictionary<string, object?>(_fields.Count, StringComparer.Ordinal);
        foreach (Field field in _fields)
        {
            values[field.Name] = field.Type.Read(cursor);
        }

        return values;
    }

    private readonly struct Field(string name, JsonEncodedText encoded, AvroType type)
    {
        public string Name { get; } = name;

        public JsonEncodedText Encoded { get; } = encoded;

        public AvroType Type { get; } = type;
    }
}
