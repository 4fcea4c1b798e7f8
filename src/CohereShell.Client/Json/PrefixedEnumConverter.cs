using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>
/// Reads and writes an enum the way the newer parts of the API name it: <c>InProgress</c> as
/// <c>BATCH_STATUS_IN_PROGRESS</c>. A name that is not known here is the first value: one state more must not keep
/// anybody from looking at a job.
/// </summary>
/// <typeparam name="T">The enum; its first value stands for what is not known.</typeparam>
internal abstract class PrefixedEnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private readonly (string Name, T Value)[] _names;

    /// <summary>Prepares the names.</summary>
    /// <param name="prefix">What stands in front of each: <c>BATCH_STATUS_</c>; empty for names in small letters.</param>
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
