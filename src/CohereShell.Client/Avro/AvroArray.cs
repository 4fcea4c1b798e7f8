namespace CohereShell;

/// <summary>Items of one type, in parts with their counts.</summary>
internal sealed class AvroArray : AvroType
{
    private readonly AvroType _item;
    private readonly IAvroNumber? _number;

    public AvroArray(AvroType item)
    {
        _item = item;
        _number = item as IAvroNumber;
    }

    public override void Check(AvroCursor cursor)
    {
        cursor.Spend(2 * AvroCursor.ValueCost);
        cursor.Enter();
        for (long count = cursor.ReadAndSpendCount(); count > 0; count = cursor.ReadAndSpendCount())
        {
            if (_number is not null)
            {
                _number.CheckMany(cursor, count);
                continue;
            }

            for (long i = 0; i < count; i++)
            {
                _item.Check(cursor);
            }
        }

        cursor.Leave();
    }

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        for (int count = (int)cursor.ReadCount(); count > 0; count = (int)cursor.ReadCount())
        {
            if (_number is not null)
            {
                _number.WriteMany(cursor, writer, count);
                continue;
            }

            for (int i = 0; i < count; i++)
            {
                _item.Write(cursor, writer);
            }
        }

        writer.WriteEndArray();
    }

    public override object? Read(AvroCursor cursor) => _number is null ? ReadObjects(cursor) : ReadNumbers(_number, cursor);

    private object?[] ReadObjects(AvroCursor cursor)
    {
        var items = new List<object?>();
        for (int count = (int)cursor.ReadCount(); count > 0; count = (int)cursor.ReadCount())
        {
            for (int i = 0; i < count; i++)
            {
                items.Add(_item.Read(cursor));
            }
        }

        return items.ToArray();
    }

    private static Array ReadNumbers(IAvroNumber number, AvroCursor cursor)
    {
        Array? numbers = null;
        for (int count = (int)cursor.ReadCount(); count > 0; count = (int)cursor.ReadCount())
        {
            numbers = number.ReadMany(cursor, count, numbers);
        }

        return numbers ?? number.ReadMany(cursor, 0, null);
    }
}
