using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CohereShell;

/// <summary>Reads a single object or the first one of a list; null for an empty list.</summary>
/// <typeparam name="T">The type of the object.</typeparam>
internal sealed class OneOrNoneConverter<T> : JsonConverter<T>
    where T : class
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var typeInfo = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return JsonSerializer.Deserialize(ref reader, typeInfo);
        }

        T? first = null;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            T? item = JsonSerializer.Deserialize(ref reader, typeInfo);
            first ??= item;
        }

        return first;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
