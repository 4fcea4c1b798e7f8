namespace CohereShell;

/// <summary>Values of one type with names that aren't in the schema.</summary>
internal sealed class AvroMap(AvroType value) : AvroType
{
    // The memory of a dictionary entry.
    private const int EntryCost = 24;
    private readonly AvroType _value = value;

    public override void Check(AvroCursor cursor)
    {
        cursor.Spend(AvroRecord.ObjectCost);
        cursor.Enter();
        for (long count = cursor.ReadCount(); count > 0; count = cursor.ReadCount())
        {
            for (long i = 0; i < count; i++)
            {
                cursor.Spend(EntryCost);
                AvroText.CheckText(cursor);
                _value.Check(cursor);
            }
        }

        cursor.Leave();
    }

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        for (long count = cursor.ReadCount(); count > 0; count = cursor.ReadCount())
        {
            for (long i = 0; i < count; i++)
            {
                writer.WritePropertyName(cursor.ReadBytes());
                _value.Write(cursor, writer);
            }
        }

        writer.WriteEndObject();
    }

    public override object? Read(AvroCursor cursor)
    {
        var entries = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (long count = cursor.ReadCount(); count > 0; count = cursor.ReadCount())
        {
            for (long i = 0; i < count; i++)
            {
                string name = AvroText.ReadText(cursor);
                entries[name] = _value.Read(cursor);
            }
        }

        return entries;
    }
}
