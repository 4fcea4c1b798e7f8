using System.Text.Encodings.Web;

namespace CohereShell.Emulation;

/// <summary>Writes JSON as Cohere does: compact, UTF-8, with as few escapes as possible.</summary>
internal static class EmulatorJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same for <see cref="System.Text.Json.Nodes.JsonNode"/>.</summary>
    internal static JsonSerializerOptions NodeOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream(1024);
        Write(buffer, write);
        return buffer.ToArray();
    }

    internal static void Write(Stream stream, Action<Utf8JsonWriter> write)
    {
        using var writer = new Utf8JsonWriter(stream, Options);
        write(writer);
    }
}
