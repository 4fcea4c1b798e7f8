using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using Xunit;

namespace CohereShell.Tests;

public sealed class JsonNumbersTests
{
    [Theory]
    [InlineData(0.3, "0.3")]
    [InlineData(19.99, "19.99")]
    [InlineData(-0.005, "-0.005")]
    [InlineData(1.0, "1")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(1.0 / 3, "0.3333333333333333")]
    [InlineData(1e300, "1E+300")]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    public void A_fraction_has_no_more_digits_than_it_needs(double number, string text)
    {
        Assert.Equal(text, JsonNumbers.TextOf(number));
        Assert.Equal(text, Written(writer => writer.WriteFraction(number)));
    }

    [Theory]
    [InlineData(0.1f, "0.1")]
    [InlineData(0.03489121f, "0.03489121")]
    [InlineData(1f / 3, "0.33333334")]
    [InlineData(-0.5f, "-0.5")]
    [InlineData(0f, "0")]
    [InlineData(-0f, "-0")]
    public void A_32_bit_fraction_has_no_more_digits_than_it_needs(float number, string text)
    {
        Assert.Equal(text, JsonNumbers.TextOf(number));
        Assert.Equal(text, Written(writer => writer.WriteFraction(number)));
    }

    [Fact]
    public void Any_finite_number_is_read_back_unchanged()
    {
        var random = new Random(5);
        byte[] bytes = new byte[sizeof(double)];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            AssertSame(BitConverter.ToDouble(bytes, 0));
            AssertSame(BitConverter.ToSingle(bytes, 0));
        }

        Assert.All([double.Epsilon, double.MaxValue, double.MinValue], AssertSame);
        Assert.All([float.Epsilon, float.MaxValue, float.MinValue], AssertSame);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_value_that_JSON_numbers_cannot_represent_is_refused(double number)
    {
        Assert.Throws<ArgumentException>(() => Written(writer => writer.WriteFraction(number)));
        Assert.Throws<ArgumentException>(() => Written(writer => writer.WriteFraction((float)number)));
    }

    private static void AssertSame(double number)
    {
        if (!double.IsNaN(number) && !double.IsInfinity(number))
        {
            Assert.Equal(number, double.Parse(JsonNumbers.TextOf(number), NumberStyles.Float, CultureInfo.InvariantCulture));
        }
    }

    private static void AssertSame(float number)
    {
        if (!float.IsNaN(number) && !float.IsInfinity(number))
        {
            Assert.Equal(number, float.Parse(JsonNumbers.TextOf(number), NumberStyles.Float, CultureInfo.InvariantCulture));
        }
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
