namespace CohereShell;

/// <summary>A number of 64 bits. What JSON has no number for is one of the texts NaN, Infinity and -Infinity.</summary>
internal sealed class AvroDouble : AvroNumber<double>
{
    /// <summary>As System.Text.Json and most others name them; a null would hide that there was something.</summary>
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
