using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>Writes responses to a socket: head and body in one write, and each event of a stream in one write.</summary>
internal sealed class HttpResponseWriter(Socket socket) : IDisposable
{
    private static readonly byte[] Continue = Encoding.ASCII.GetBytes("HTTP/1.1 100 Continue\r\n\r\n");
    private static readonly byte[] LastChunk = Encoding.ASCII.GetBytes("0\r\n\r\n");
    private static readonly byte[] LineEnd = Encoding.ASCII.GetBytes("\r\n");
    private readonly MemoryStream _buffer = new();

    /// <summary>Releases the buffer. The connection owns the socket.</summary>
    public void Dispose() => _buffer.Dispose();

    internal Task WriteContinueAsync() => SendAsync(Continue, Continue.Length);

    /// <summary>Writes a complete response, or half of it with a head for the complete length.</summary>
    internal Task WriteAsync(EmulatorResponse response, bool keepAlive, bool isCut = false)
    {
        string length = response.Body.Length.ToString(CultureInfo.InvariantCulture);
        BeginHead(response, keepAlive, "Content-Length: " + length);
        _buffer.Write(response.Body, 0, isCut ? response.Body.Length / 2 : response.Body.Length);
        return SendBufferAsync();
    }

    internal Task WriteStreamHeadAsync(EmulatorResponse response, bool keepAlive, bool isChunked)
    {
        string framing = response.Length is { } length
            ? "Content-Length: " + length.ToString(CultureInfo.InvariantCulture)
            : isChunked ? "Transfer-Encoding: chunked" : "Cache-Control: no-cache";
        BeginHead(response, keepAlive, framing);
        return SendBufferAsync();
    }

    /// <summary>Writes an event. A truncated event has a chunk header for its full length.</summary>
    internal Task WriteEventAsync(StreamPart part, bool isChunked)
    {
        if (!isChunked)
        {
            return SendAsync(part.Bytes, part.Count);
        }

        _buffer.SetLength(0);
        Append(part.Bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        _buffer.Write(part.Bytes, 0, part.Count);
        if (!part.IsCut)
        {
            _buffer.Write(LineEnd, 0, LineEnd.Length);
        }

        return SendBufferAsync();
    }

    internal Task WriteLastChunkAsync() => SendAsync(LastChunk, LastChunk.Length);

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",

        // The reason phrase can be empty: RFC 9112, section 4.
        _ => string.Empty,
    };

    private void BeginHead(EmulatorResponse response, bool keepAlive, string framing)
    {
        var head = new StringBuilder(320)
            .Append("HTTP/1.1 ").Append(response.Status).Append(' ').Append(Reason(response.Status)).Append("\r\n")
            .Append("Date: ").Append(DateTime.UtcNow.ToString("R", CultureInfo.InvariantCulture)).Append("\r\n")
            .Append("Content-Type: ").Append(response.ContentType).Append("\r\n")
            .Append(framing).Append("\r\n");
        foreach (KeyValuePair<string, string> header in response.Headers)
        {
            head.Append(header.Key).Append(": ").Append(header.Value).Append("\r\n");
        }

        head.Append(keepAlive ? "\r\n" : "Connection: close\r\n\r\n");
        _buffer.SetLength(0);
        Append(head.ToString());
    }

    private void Append(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        _buffer.Write(bytes, 0, bytes.Length);
    }

    private Task SendBufferAsync() => SendAsync(_buffer.GetBuffer(), (int)_buffer.Length);

    private async Task SendAsync(byte[] bytes, int count)
    {
        int sent = 0;
        while (sent < count)
        {
            sent += await socket.SendAsync(new ArraySegment<byte>(bytes, sent, count - sent), SocketFlags.None).ConfigureAwait(false);
        }
    }
}
