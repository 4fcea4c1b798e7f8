using System.Globalization;
using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// Reads counts. The API calls them numbers, and 36.0 is one of those; its counts of 64 bits come as texts, because not
/// every language has numbers for them.
/// </summary>
internal sealed class WholeNumberConverter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? long.Parse(reader.GetString()!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
        : reader.TryGetInt64(out long whole) ? whole
        : (long)Math.Round(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
