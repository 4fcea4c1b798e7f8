using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>Writes fractional parameters as <see cref="JsonNumbers"/> does.</summary>
internal sealed class FractionConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteFraction(value);
}
