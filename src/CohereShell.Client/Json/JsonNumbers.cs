using System.Globalization;

namespace CohereShell;

/// <summary>
/// Writes fractions as JSON with the fewest digits that identify them: 0.3 stays 0.3. System.Text.Json does so on .NET.
/// On .NET Framework it writes all digits, and a model would read 0.29999999999999999 in a record.
/// </summary>
internal static class JsonNumbers
{
    private static readonly string[] DoubleFormats = ["G15", "G16"];
    private static readonly string[] FloatFormats = ["G7", "G8"];

    public static void WriteFraction(this Utf8JsonWriter writer, double number)
    {
#if !NET
        if (!double.IsNaN(number) && !double.IsInfinity(number))
        {
            writer.WriteRawValue(TextOf(number), skipInputValidation: true);
            return;
        }
#endif
        writer.WriteNumberValue(number);
    }

    public static void WriteFraction(this Utf8JsonWriter writer, float number)
    {
#if !NET
        if (!float.IsNaN(number) && !float.IsInfinity(number))
        {
            writer.WriteRawValue(TextOf(number), skipInputValidation: true);
            return;
        }
#endif
        writer.WriteNumberValue(number);
    }

    /// <summary>The text of a finite number. The format "R" can't be used: on .NET Framework, it changes some numbers.</summary>
    public static string TextOf(double number)
    {
        foreach (string format in DoubleFormats)
        {
            string text = number.ToString(format, CultureInfo.InvariantCulture);
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double read) && read.Equals(number))
            {
                return WithSign(text, number);
            }
        }

        return number.ToString("G17", CultureInfo.InvariantCulture);
    }

    /// <summary>The text of a finite 32-bit number.</summary>
    public static string TextOf(float number)
    {
        foreach (string format in FloatFormats)
        {
            string text = number.ToString(format, CultureInfo.InvariantCulture);
            if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float read) && read.Equals(number))
            {
                return WithSign(text, number);
            }
        }

        return number.ToString("G9", CultureInfo.InvariantCulture);
    }

    // .NET Framework omits the sign of a negative zero.
    private static string WithSign(string text, double number) => number == 0 ? 1 / number < 0 ? "-0" : "0" : text;
}
