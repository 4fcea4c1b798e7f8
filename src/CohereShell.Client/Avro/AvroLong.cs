namespace CohereShell;

/// <summary>An integer of 32 or 64 bits, in one to ten bytes.</summary>
internal sealed class AvroLong(bool isInt) : AvroNumber<long>
{
    /// <summary>Whether it has 32 bits.</summary>
    public bool IsInt { get; } = isInt;

    public override void CheckMany(AvroCursor cursor, long count)
    {
        for (long i = 0; i < count; i++)
        {
            if (IsInt)
            {
                cursor.ReadInt();
            }
            else
            {
                cursor.ReadLong();
            }
        }
    }

    public override void WriteMany(AvroCursor cursor, Utf8JsonWriter writer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            writer.WriteNumberValue(cursor.ReadLong());
        }
    }

    protected override long ReadOne(AvroCursor cursor) => cursor.ReadLong();
}
