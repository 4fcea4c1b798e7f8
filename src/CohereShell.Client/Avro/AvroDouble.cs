namespace CohereShell;

/// <summary>A 64-bit number. A value that JSON numbers can't represent becomes the string NaN, Infinity or -Infinity.</summary>
internal sealed class AvroDouble : AvroNumber<double>
{
    /// <summary>Uses the names of System.Text.Json and most others. A null would hide that there was a value.</summary>
    public static void WriteNotFinite(Utf8JsonWriter writer, double number) =>
        writer.WriteStringValue(double.IsNaN(number) ? "NaN"u8 : number > 0 ? "Infinity"u8 : "-Infinity"u8);

    public override void CheckMany(AvroCursor cursor, long count)
    {
        if (count > cursor.Remaining / sizeof(double))
        {
            throw cursor.Fail("the block ends in the middle of a row");
        }

        cursor.Position += (int)count * sizeof(double);
    }

    public override void WriteMany(AvroCursor cursor, Utf8JsonWriter writer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            double number = cursor.ReadDouble();
            if (double.IsNaN(number) || double.IsInfinity(number))
            {
                WriteNotFinite(writer, number);
            }
            else
            {
                writer.WriteFraction(number);
            }
        }
    }

    protected override double ReadOne(AvroCursor cursor) => cursor.ReadDouble();
}
