using System.Globalization;
using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// Reads the numbers, Booleans and times of answers as they come. Services, gateways and languages differ: a number can be
/// a text, and a value that is missing can be null. It is then the same as if the field were absent.
/// </summary>
internal sealed class AnswerConverters : JsonConverterFactory
{
    private static readonly Dictionary<Type, JsonConverter> Converters = new()
    {
        [typeof(int)] = new IntegerConverter(),
        [typeof(decimal)] = new DecimalConverter(),
        [typeof(bool)] = new BooleanConverter(),
        [typeof(DateTimeOffset?)] = new TimeConverter(),
    };

    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => Converters.ContainsKey(typeToConvert);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => Converters[typeToConvert];

    private sealed class IntegerConverter : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            AnswerNumbers.ReadWhole(ref reader) is var number && number is >= int.MinValue and <= int.MaxValue
                ? (int)number
                : throw new JsonException("The number is too large.");

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class DecimalConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Null => 0,
            JsonTokenType.Number when reader.TryGetDecimal(out decimal number) => number,
            JsonTokenType.String when decimal.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) => number,
            _ => throw new JsonException("It isn't a number."),
        };

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class BooleanConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            JsonTokenType.String when bool.TryParse(reader.GetString(), out bool value) => value,
            _ => throw new JsonException("It isn't true or false."),
        };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }

    /// <summary>A time that can't be read is missing. It must not hide the object that has it.</summary>
    private sealed class TimeConverter : JsonConverter<DateTimeOffset?>
    {
        public override bool HandleNull => true;

        public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return reader.TryGetDateTimeOffset(out DateTimeOffset time) ? time : null;
            }

            reader.Skip();
            return null;
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
        {
            if (value is { } time)
            {
                writer.WriteStringValue(time);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}

/// <summary>Reads the numbers of answers.</summary>
internal static class AnswerNumbers
{
    /// <summary>A whole number. 36.0 is one too, and null is 0.</summary>
    /// <exception cref="JsonException">It isn't a number, or it is too large.</exception>
    public static long ReadWhole(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long whole))
        {
            return whole;
        }

        if (reader.TokenType == JsonTokenType.String && long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole))
        {
            return whole;
        }

        double number = Math.Round(ReadFraction(ref reader));
        // The largest number is rounded up to one that doesn't fit.
        return number is >= long.MinValue and < long.MaxValue ? (long)number : throw new JsonException("The number is too large.");
    }

    /// <summary>A number. Null is 0.</summary>
    /// <exception cref="JsonException">It isn't a number.</exception>
    public static double ReadFraction(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => 0,
        JsonTokenType.Number when reader.TryGetDouble(out double number) => number,
        JsonTokenType.String when double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => throw new JsonException("It isn't a number."),
    };
}
