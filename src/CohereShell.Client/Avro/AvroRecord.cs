namespace CohereShell;

/// <summary>Values of some types under the names that the schema has for them, in its order.</summary>
internal sealed class AvroRecord : AvroType
{
    /// <summary>About what an object takes beside its values, in memory more than as JSON.</summary>
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

    /// <summary>Adds a field. A record is there before its fields, which may be of its own type.</summary>
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
