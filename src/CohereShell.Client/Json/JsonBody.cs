using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;

namespace CohereShell;

/// <summary>Creates the JSON bodies of requests.</summary>
internal static class JsonBody
{
    /// <summary>
    /// Writes text as UTF-8 instead of \u escapes. It is smaller, and safe because a body is never part of an HTML
    /// page.
    /// </summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Serialize<T>(T value, JsonTypeInfo<T> typeInfo)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            if (typeInfo.SerializeHandler is { } write)
            {
                // Calls the generated code directly. JsonSerializer would build metadata for every property first, and ignores the
                // generated code if the options have converters.
                write(writer, value);
            }
            else
            {
                JsonSerializer.Serialize(writer, value, typeInfo);
            }
        }

        return buffer.ToArray();
    }

    public static HttpContent ToContent(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>Adds fields to a JSON object and replaces existing ones.</summary>
    public static byte[] Merge(byte[]? body, IReadOnlyDictionary<string, JsonElement> extra)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            if (body is not null)
            {
                using var document = JsonDocument.Parse(body);
                foreach (JsonProperty property in document.RootElement.EnumerateObject())
                {
                    if (!extra.ContainsKey(property.Name))
                    {
                        property.WriteTo(writer);
                    }
                }
            }

            foreach (KeyValuePair<string, JsonElement> property in extra)
            {
                writer.WritePropertyName(property.Key);
                property.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
