namespace CohereShell;

/// <summary>A 32-bit number. A value that JSON numbers can't represent becomes the string NaN, Infinity or -Infinity.</summary>
internal sealed class AvroFloat : AvroNumber<float>
{
    public override void CheckMany(AvroCursor cursor, long count)
    {
        if (count > cursor.Remaining / sizeof(float))
        {
            throw cursor.Fail("the block ends in the middle of a row");
        }

        cursor.Position += (int)count * sizeof(float);
    }

    public override void WriteMany(AvroCursor cursor, Utf8JsonWriter writer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            float number = cursor.ReadFloat();
            if (float.IsNaN(number) || float.IsInfinity(number))
            {
                AvroDouble.WriteNotFinite(writer, number);
            }
            else
            {
                writer.WriteFraction(number);
            }
        }
    }

    protected override float ReadOne(AvroCursor cursor) => cursor.ReadFloat();
}
