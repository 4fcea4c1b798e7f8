using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// Reads and writes an enum as the newer parts of the API spell it: <c>InProgress</c> as
/// <c>BATCH_STATUS_IN_PROGRESS</c>. An unknown name becomes the first value, so that a new status doesn't keep you from
/// seeing a job.
/// </summary>
/// <typeparam name="T">The enum. Its first value represents unknown names.</typeparam>
internal abstract class PrefixedEnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private readonly (string Name, T Value)[] _names;

    /// <summary>Creates the converter.</summary>
    /// <param name="prefix">The prefix of each name: <c>BATCH_STATUS_</c>; empty for names in lower case.</param>
    protected PrefixedEnumConverter(string prefix)
    {
        JsonNamingPolicy policy = prefix.Length > 0 ? JsonNamingPolicy.SnakeCaseUpper : JsonNamingPolicy.SnakeCaseLower;
        _names = ((T[])Enum.GetValues(typeof(T))).Select(value => (prefix + policy.ConvertName(value.ToString()), value)).ToArray();
    }

    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return _names.FirstOrDefault(name => string.Equals(name.Name, text, StringComparison.OrdinalIgnoreCase)).Value;
    }

    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(_names.First(name => name.Value.Equals(value)).Name);
}
