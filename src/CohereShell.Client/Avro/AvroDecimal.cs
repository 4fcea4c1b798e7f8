using System.Globalization;
using System.Numerics;

namespace CohereShell;

/// <summary>A decimal number: a big-endian integer, and the number of its digits after the decimal point.</summary>
internal sealed class AvroDecimal(int scale) : IAvroBinaryForm
{
    /// <summary>
    /// The maximum length of a number in bytes. The time to convert one to digits grows with the square of its length.
    /// </summary>
    public const int LongestNumber = 512;

    /// <summary>The maximum number of digits in such a number.</summary>
    public const int MostDigits = 1233;

    private readonly int _scale = scale;

    public int LongestExtra => _scale;

    /// <summary>Writes all digits to the JSON, which can be more than a JSON reader accepts.</summary>
    public bool TryWrite(ReadOnlySpan<byte> bytes, Utf8JsonWriter writer)
    {
        if (ToText(bytes) is not { } text)
        {
            return false;
        }

        writer.WriteRawValue(text, skipInputValidation: true);
        return true;
    }

    public object? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (ToText(bytes) is not { } text)
        {
            return null;
        }

        // Decimal would round digits that it can't hold. A string keeps them.
        return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) && number.ToString(CultureInfo.InvariantCulture) == text
            ? number
            : text;
    }

    private string? ToText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > LongestNumber)
        {
            return null;
        }

        byte[] littleEndian = bytes.ToArray();
        Array.Reverse(littleEndian);
        var number = new BigInteger(littleEndian);
        string digits = BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(_scale + 1, '0');
        string sign = number.Sign < 0 ? "-" : string.Empty;
        return _scale == 0
            ? sign + digits
            : sign + digits.Substring(0, digits.Length - _scale) + "." + digits.Substring(digits.Length - _scale);
    }
}
