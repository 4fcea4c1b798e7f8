using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace CohereShell.Tools;

/// <summary>
/// A number of JSON with all its digits. A Double has 15 to 17 of them and a Decimal has 28, so both can change a
/// number without any warning.
/// </summary>
internal readonly struct ExactNumber : IComparable<ExactNumber>
{
    // A Decimal converted from a Double keeps only this number of digits.
    private const int SafeDigits = 15;

    // Beyond the largest and the smallest Double. Larger exponents would fill the memory.
    private const int LargestExponent = 400;

    private readonly BigInteger _digits;
    private readonly int _exponent;

    private ExactNumber(BigInteger digits, int exponent)
    {
        _digits = digits;
        _exponent = exponent;
    }

    /// <summary>Whether the number has no fraction. In JSON, 5.0 and 5e0 are whole numbers.</summary>
    public bool IsWhole => _exponent >= 0;

    /// <summary>Whether a Double keeps the number when PowerShell converts it to any other type.</summary>
    public bool IsSafeAsDouble => BigInteger.Abs(_digits) < BigInteger.Pow(10, SafeDigits);

    /// <summary>The value of a whole number.</summary>
    public BigInteger Whole => _digits * BigInteger.Pow(10, _exponent);

    /// <summary>Reads a number; false if its exponent is too large.</summary>
    public static bool TryRead(JsonElement number, out ExactNumber exact)
    {
        exact = default;
        string[] parts = number.GetRawText().Split('e', 'E');
        int exponent = 0;
        if (parts.Length > 1 && (!int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > LargestExponent))
        {
            return false;
        }

        int point = parts[0].IndexOf('.');
        string digits = point < 0 ? parts[0] : parts[0].Remove(point, 1);
        exact = Shorten(BigInteger.Parse(digits, CultureInfo.InvariantCulture), exponent - (point < 0 ? 0 : digits.Length - point));
        return true;
    }

    /// <summary>The number as a Decimal; null if a Decimal can't contain all its digits.</summary>
    public decimal? ToDecimal()
    {
        BigInteger digits = IsWhole ? Whole : _digits;
        int scale = IsWhole ? 0 : -_exponent;
        return scale <= 28 && BigInteger.Abs(digits) <= new BigInteger(decimal.MaxValue)
            ? WithScale((decimal)digits, scale)
            : null;
    }

    public int CompareTo(ExactNumber other)
    {
        int exponent = Math.Min(_exponent, other._exponent);
        return (_digits * BigInteger.Pow(10, _exponent - exponent)).CompareTo(other._digits * BigInteger.Pow(10, other._exponent - exponent));
    }

    // Without zeros at the end, so that 1.50 and 1.5 are the same number.
    private static ExactNumber Shorten(BigInteger digits, int exponent)
    {
        if (digits.IsZero)
        {
            return new ExactNumber(digits, 0);
        }

        while (exponent < 0 || exponent > 0)
        {
            BigInteger shorter = BigInteger.DivRem(digits, 10, out BigInteger rest);
            if (!rest.IsZero)
            {
                break;
            }

            digits = shorter;
            exponent++;
        }

        return new ExactNumber(digits, exponent);
    }

    private static decimal WithScale(decimal digits, int scale)
    {
        int[] bits = decimal.GetBits(digits);
        return new decimal(bits[0], bits[1], bits[2], digits < 0, (byte)scale);
    }
}
