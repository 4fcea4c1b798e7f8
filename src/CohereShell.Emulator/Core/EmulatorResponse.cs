using System.Text.Json.Serialization.Metadata;

namespace CohereShell.Emulation;

/// <summary>A response: a body, or the events of a stream.</summary>
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

    /// <summary>The headers, except Content-Type and those of the connection.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    /// <summary>The complete body. Empty for a stream.</summary>
    internal byte[] Body { get; private set; } = [];

    /// <summary>The encoded events of a stream. Null if the response has a complete body.</summary>
    internal IEnumerable<byte[]>? Events { get; private set; }

    /// <summary>The length in bytes of a body that is sent in pieces, if it's known beforehand.</summary>
    internal long? Length { get; private set; }

    /// <summary>The delay before each event.</summary>
    internal TimeSpan EventPause { get; private set; }

    internal static EmulatorResponse Json(int status, Action<Utf8JsonWriter> write) =>
        new(status, "application/json") { Body = EmulatorJson.Write(write) };

    internal static EmulatorResponse Json<T>(T value, JsonTypeInfo<T> type) => Json(200, writer => JsonSerializer.Serialize(writer, value, type));

    /// <summary>An object without properties.</summary>
    internal static EmulatorResponse Empty() => Bytes(200, "application/json", [(byte)'{', (byte)'}']);

    internal static EmulatorResponse Stream(IEnumerable<byte[]> events, TimeSpan eventPause, string contentType = "text/event-stream") =>
        new(200, contentType) { Events = events, EventPause = eventPause };

    internal static EmulatorResponse Bytes(int status, string contentType, byte[] body) => new(status, contentType) { Body = body };

    /// <summary>A body that is too large for memory.</summary>
    internal static EmulatorResponse Pieces(string contentType, IEnumerable<byte[]> pieces, long length) =>
        new(200, contentType) { Events = pieces, Length = length };

    /// <summary>The body of an error. In v2, it has an id. In v1, it doesn't.</summary>
    internal static EmulatorResponse Error(int status, string? id, string message, string? errorType = null) =>
        Json(status, writer => JsonSerializer.Serialize(writer, new SentError(errorType, id, message), CoreJson.Default.SentError));

    internal EmulatorResponse With(string header, string value)
    {
        _headers.Add(new KeyValuePair<string, string>(header, value));
        return this;
    }
}
