using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>Reads fractions of answers, and writes fractional parameters as <see cref="JsonNumbers"/> does.</summary>
internal sealed class FractionConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => AnswerNumbers.ReadFraction(ref reader);

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteFraction(value);
}
