using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

namespace CohereShell.Tests;

/// <summary>The behaviors of a server for a request.</summary>
internal static class Answer
{
    private const string EventStreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    public static Behaviour Json(string json, int status = 200, params string[] headers) =>
        Of(status, "application/json", Encoding.UTF8.GetBytes(json), headers);

    public static Behaviour Ok(params string[] headers) => Json("{}", 200, headers);

    /// <summary>A status with an error body like Cohere's.</summary>
    public static Behaviour Status(int status, params string[] headers) => Json("""{"message":"told by the server"}""", status, headers);

    public static Behaviour Html(int status) => Of(status, "text/html", "<html><body>Welcome to the proxy</body></html>"u8.ToArray());

    public static Behaviour Empty(int status = 200) => Of(status, null, []);

    public static Behaviour Of(int status, string? mediaType, byte[] body, params string[] headers) => async exchange =>
    {
        await exchange.WriteAsync(Head(status, mediaType, body.Length, headers));
        await exchange.WriteAsync(body);
    };

    public static Behaviour Gzip(string json) => async exchange =>
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(Encoding.UTF8.GetBytes(json));
        }

        await exchange.WriteAsync(Head(200, "application/json", (int)buffer.Length, ["Content-Encoding: gzip"]));
        await exchange.WriteAsync(buffer.ToArray());
    };

    /// <summary>Announces more bytes than it sends, and closes the connection.</summary>
    public static Behaviour CutShort(string json) => async exchange =>
    {
        await exchange.WriteAsync(Head(200, "application/json", json.Length + 100, []));
        await exchange.WriteAsync(json);
        exchange.Close();
    };

    /// <summary>Sends the head and a part of the body, and then nothing.</summary>
    public static Behaviour StallInBody() => async exchange =>
    {
        await exchange.WriteAsync(Head(200, "application/json", 1000, []));
        await exchange.WriteAsync("{");
        await exchange.SilenceAsync();
    };

    public static Behaviour Reset() => exchange =>
    {
        exchange.Reset();
        return Task.CompletedTask;
    };

    public static Behaviour HangUp() => exchange =>
    {
        exchange.Close();
        return Task.CompletedTask;
    };

    /// <summary>Closes the connection normally without a response.</summary>
    public static Behaviour End() => exchange => exchange.EndAsync();

    /// <summary>Closes the connection normally after a response that doesn't announce it.</summary>
    public static Behaviour OkAndEnd() => async exchange =>
    {
        await Ok()(exchange);
        await exchange.EndAsync();
    };

    public static Behaviour Silence() => exchange => exchange.SilenceAsync();

    public static Behaviour After(TimeSpan time, Behaviour behaviour) => async exchange =>
    {
        await exchange.PauseAsync(time);
        await behaviour(exchange);
    };

    /// <summary>A complete stream of server-sent events.</summary>
    public static Behaviour Events(params string[] data) => EventStream(async exchange =>
    {
        foreach (string item in data)
        {
            await exchange.ChunkAsync(Event(item));
        }
    });

    /// <summary>A stream with events that the server then interrupts.</summary>
    public static Behaviour BrokenEvents(params string[] data) => EventStream(
        async exchange =>
        {
            await exchange.ChunkAsync(string.Concat(data.Select(Event)));
            exchange.Close();
        });

    /// <summary>A stream with events, after which the server is silent.</summary>
    public static Behaviour StalledEvents(params string[] data) => EventStream(
        async exchange =>
        {
            await exchange.ChunkAsync(string.Concat(data.Select(Event)));
            await exchange.SilenceAsync();
        });

    /// <summary>A stream that the test writes itself.</summary>
    public static Behaviour EventStream(Behaviour write) => async exchange =>
    {
        await exchange.WriteAsync(EventStreamHead);
        await write(exchange);
        if (!exchange.IsClosed)
        {
            await exchange.ChunkAsync(string.Empty);
        }
    };

    public static string Event(string data) => $"data: {data}\n\n";

    private static string Head(int status, string? mediaType, int length, string[] headers)
    {
        var head = new StringBuilder();
        head.Append(FormattableString.Invariant($"HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\n"));
        if (mediaType is not null)
        {
            head.Append(FormattableString.Invariant($"Content-Type: {mediaType}\r\n"));
        }

        foreach (string header in headers)
        {
            head.Append(FormattableString.Invariant($"{header}\r\n"));
        }

        return head.Append("\r\n").ToString();
    }
}
