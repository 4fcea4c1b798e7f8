using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CohereShell;

/// <summary>Reads a single object or a list of objects as a list.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
internal sealed class OneOrManyConverter<T> : JsonConverter<List<T>>
    where T : class
{
    public override List<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var typeInfo = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        var items = new List<T>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Add(items, ref reader, typeInfo);
            return items;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Add(items, ref reader, typeInfo);
        }

        return items;
    }

    public override void Write(Utf8JsonWriter writer, List<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    private static void Add(List<T> items, ref Utf8JsonReader reader, JsonTypeInfo<T> typeInfo)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
        }
        else if (JsonSerializer.Deserialize(ref reader, typeInfo) is { } item)
        {
            items.Add(item);
        }
    }
}
