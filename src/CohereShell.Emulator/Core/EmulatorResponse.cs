using System.Text.Json.Serialization.Metadata;

namespace CohereShell.Emulation;

/// <summary>An answer: a body, or the events of a stream.</summary>
internal sealed class EmulatorResponse
{
    private readonly List<KeyValuePair<string, string>> _headers = [];

    private EmulatorResponse(int status, string contentType)
    {
        Status = status;
        ContentType = contentType;
    }

    internal int Status { get; }

    internal string ContentType { get; }

    /// <summary>The headers, without Content-Type and those of the connection.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    /// <summary>The whole body; empty for a stream.</summary>
    internal byte[] Body { get; private set; } = [];

    /// <summary>The events of a stream, each of them ready to be sent; null where the body is whole.</summary>
    internal IEnumerable<byte[]>? Events { get; private set; }

    /// <summary>How many bytes a body has that goes out piece by piece, where that is known before.</summary>
    internal long? Length { get; private set; }

    /// <summary>What passes before each event.</summary>
    internal TimeSpan EventPause { get; private set; }

    internal static EmulatorResponse Json(int status, Action<Utf8JsonWriter> write) =>
        new(status, "application/json") { Body = EmulatorJson.Write(write) };

    internal static EmulatorResponse Json<T>(T value, JsonTypeInfo<T> type) => Json(200, writer => JsonSerializer.Serialize(writer, value, type));

    /// <summary>An object without properties.</summary>
    internal static EmulatorResponse Empty() => Bytes(200, "application/json", [(byte)'{', (byte)'}']);

    internal static EmulatorResponse Stream(IEnumerable<byte[]> events, TimeSpan eventPause) =>
        new(200, "text/event-stream") { Events = events, EventPause = eventPause };

    internal static EmulatorResponse Bytes(int status, string contentType, byte[] body) => new(status, contentType) { Body = body };

    /// <summary>A body that is too large to be held.</summary>
    internal static EmulatorResponse Pieces(string contentType, IEnumerable<byte[]> pieces, long length) =>
        new(200, contentType) { Events = pieces, Length = length };

    /// <summary>An error body: v2 has an id in it, v1 has not.</summary>
    internal static EmulatorResponse Error(int status, string? id, string message) =>
        Json(status, writer => JsonSerializer.Serialize(writer, new SentError(id, message), CoreJson.Default.SentError));

    internal EmulatorResponse With(string header, string value)
    {
        _headers.Add(new KeyValuePair<string, string>(header, value));
        return this;
    }
}
