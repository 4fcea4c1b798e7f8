using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace CohereShell.Bench;

/// <summary>
/// A minimal server for benchmarks. For /v2/chat, it has one response and one stream of 1,000 events, both created once.
/// Like a service, it sends each event of the stream in a separate write. For the model 'burst', it uses a single write.
/// For /v2/embed, it returns 1,024 numbers for each text, as base64 or as floats. The model 'latency' adds 100 ms.
/// The model 'slow' sends an event every 50 ms indefinitely, and the model 'hang' sends no response. For both, the server
/// prints the time when the client closes the connection. The model 'busy' is refused every other time with 503 and a
/// retry delay of 0. The first line of the output is the address. The server ends when its standard input is closed.
/// </summary>
internal static class Program
{
    private const int StreamEvents = 1000;
    private static readonly byte[] EndOfHeaders = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] Answer = Response("application/json", """
        {"id":"6e1f4c1c-6f0f-4b7f-9d34-0f9c2f8f6a55","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"An account failed to log on."}]},"usage":{"billed_units":{"input_tokens":5,"output_tokens":7},"tokens":{"input_tokens":71,"output_tokens":7}}}
        """);

    private static readonly byte[] Refusal = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"message\":\"busy\"}"u8.ToArray();
    private static readonly byte[] Burst = Response("text/event-stream", string.Concat(Enumerable.Range(0, StreamEvents).Select(Event)));
    private static readonly byte[] StreamStart = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();
    private static readonly byte[] StreamEnd = "0\r\n\r\n"u8.ToArray();
    private static readonly byte[][] Chunks = Enumerable.Range(0, StreamEvents).Select(index => Chunk(Event(index))).ToArray();

    private static async Task Main()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine($"http://{listener.LocalEndpoint}");
        _ = Task.Run(async () =>
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
        });
        await Console.In.ReadToEndAsync();
    }

    private static string Event(int index) => "data: " + index switch
    {
        0 => """{"type":"message-start","id":"6e1f4c1c","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""",
        1 => """{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}""",
        StreamEvents - 2 => """{"type":"content-end","index":0}""",
        StreamEvents - 1 => """{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":5,"output_tokens":996},"tokens":{"input_tokens":71,"output_tokens":996}}}}""",
        _ => string.Format(CultureInfo.InvariantCulture, """{{"type":"content-delta","index":0,"delta":{{"message":{{"content":{{"text":" word{0}"}}}}}}}}""", index),
    } + "\n\n";

    internal static byte[] Response(string mediaType, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {mediaType}\r\nContent-Length: {bytes.Length}\r\n\r\n"), .. bytes];
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            NetworkStream stream = client.GetStream();
            byte[] buffer = new byte[1 << 16];
            int filled = 0;
            bool hasRefused = false;
            while (true)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(filled));
                if (read == 0)
                {
                    return;
                }

                filled += read;
                if (RequestEnd(buffer.AsSpan(0, filled)))
                {
                    if (Holds(buffer, filled, "\"hang\""u8) || Holds(buffer, filled, "\"slow\""u8))
                    {
                        await OutlastAsync(stream, isSilent: Holds(buffer, filled, "\"hang\""u8));
                        return;
                    }

                    if (Holds(buffer, filled, "/v2/embed"u8))
                    {
                        byte[] embeddings = Embeddings.Answer(buffer.AsSpan(0, filled));
                        if (Holds(buffer, filled, "\"latency\""u8))
                        {
                            await Task.Delay(100);
                        }

                        filled = 0;
                        await stream.WriteAsync(embeddings);
                        continue;
                    }

                    if (Holds(buffer, filled, "\"busy\""u8) && (hasRefused = !hasRefused))
                    {
                        filled = 0;
                        await stream.WriteAsync(Refusal);
                        continue;
                    }

                    bool isStream = Holds(buffer, filled, "\"stream\":true"u8);
                    bool isBurst = Holds(buffer, filled, "\"burst\""u8);
                    filled = 0;
                    await (isStream && !isBurst ? StreamAsync(stream) : stream.WriteAsync(isStream ? Burst : Answer).AsTask());
                }
            }
        }
    }

    private static bool Holds(byte[] buffer, int length, ReadOnlySpan<byte> text) => buffer.AsSpan(0, length).IndexOf(text) >= 0;

    private static byte[] Chunk(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [.. Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. bytes, .. "\r\n"u8];
    }

    private static async Task StreamAsync(NetworkStream stream)
    {
        await stream.WriteAsync(StreamStart);
        foreach (byte[] chunk in Chunks)
        {
            await stream.WriteAsync(chunk);
        }

        await stream.WriteAsync(StreamEnd);
    }

    private static async Task OutlastAsync(NetworkStream stream, bool isSilent)
    {
        // The read ends as soon as the client closes the connection. Only the second write would notice that.
        Task closed = stream.ReadAsync(new byte[1]).AsTask();
        if (!isSilent)
        {
            await stream.WriteAsync(StreamStart);
            await stream.WriteAsync(Chunks[0]);
            await stream.WriteAsync(Chunks[1]);
        }

        while (await Task.WhenAny(closed, Task.Delay(50)) != closed)
        {
            if (!isSilent)
            {
                await stream.WriteAsync(Chunks[2]);
            }
        }

        Console.WriteLine(DateTime.UtcNow.ToString("o", CultureInfo.InvariantCulture));
    }

    private static bool RequestEnd(ReadOnlySpan<byte> request)
    {
        int headers = request.IndexOf(EndOfHeaders);
        if (headers < 0)
        {
            return false;
        }

        string text = Encoding.ASCII.GetString(request[..headers]);
        string? length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        int expected = length is null ? 0 : int.Parse(length.AsSpan(15), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
        return request.Length >= headers + EndOfHeaders.Length + expected;
    }
}
