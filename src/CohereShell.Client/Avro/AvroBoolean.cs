namespace CohereShell;

/// <summary>True or false, in one byte.</summary>
internal sealed class AvroBoolean : AvroType
{
    public override void Check(AvroCursor cursor)
    {
        cursor.Spend(AvroCursor.ValueCost);
        byte value = cursor.ReadByte();
        if (value > 1)
        {
            throw cursor.Fail(FormattableString.Invariant($"{value} is neither true nor false"));
        }
    }

    public override void Write(AvroCursor cursor, Utf8JsonWriter writer) => writer.WriteBooleanValue(cursor.ReadByte() != 0);

    public override object? Read(AvroCursor cursor) => cursor.ReadByte() != 0;
}
