using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// Reads counts. The API declares them as numbers, so that 36.0 is valid. It sends 64-bit counts as strings because some
/// languages can't represent them as numbers.
/// </summary>
internal sealed class WholeNumberConverter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AnswerNumbers.ReadWhole(ref reader);

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
