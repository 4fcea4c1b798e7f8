using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;

namespace CohereShell.Tests.Load;

/// <summary>
/// A server for embed, chat and rerank that answers a part of its requests with a fault. Its answers contain what was asked,
/// so that a test can tell which answer belongs to which input.
/// </summary>
internal sealed class FaultyService : IDisposable
{
    /// <summary>One in this many bodies always gets a fault, so that its call fails.</summary>
    private const int HopelessOf = 100;

    private readonly FaultServer _server;
    private readonly double _faults;
    private readonly ConcurrentDictionary<string, int> _kinds = new();
    private int _requests;

    public FaultyService(double faults)
    {
        _faults = faults;
        _server = new FaultServer(Choose);
    }

    public Uri Address => _server.Address;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The number of faults, by kind.</summary>
    public IReadOnlyDictionary<string, int> Faults => _kinds;

    /// <summary>Whether every request with this body gets a fault.</summary>
    public static bool IsHopeless(ReadOnlySpan<byte> body) => BitConverter.ToUInt32(SHA256.HashData(body)) % HopelessOf == 0;

    public void Dispose() => _server.Dispose();

    private Behaviour Choose(FaultExchange exchange)
    {
        int number = Interlocked.Increment(ref _requests);
        var random = new Random(number);
        bool isHopeless = IsHopeless(exchange.Body);
        if (!isHopeless && random.NextDouble() >= _faults)
        {
            return Answer.Json(Reply(exchange));
        }

        string json = Reply(exchange);
        (string kind, Behaviour fault) = random.Next(8) switch
        {
            0 => ("broken gzip", Answer.Of(200, "application/json", "this isn't compressed"u8.ToArray(), "Content-Encoding: gzip")),
            1 => ("half a body", Answer.CutShort(json)),
            2 => ("reset", Answer.Reset()),
            3 => ("closed", Answer.End()),
            4 => ("status 500", Answer.Status(500)),
            5 => ("status 502, HTML", Answer.Html(502)),
            6 => ("status 503", Answer.Status(503, "Retry-After: 0")),
            _ => ("half of a gzip", Answer.Of(200, "application/json", Zipped(json), "Content-Encoding: gzip")),
        };
        _kinds.AddOrUpdate(kind, 1, (_, count) => count + 1);
        return fault;
    }

    private static byte[] Zipped(string json)
    {
        using var buffer = new System.IO.MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(buffer, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(Encoding.UTF8.GetBytes(json));
        }

        return buffer.ToArray()[..(int)(buffer.Length / 2)];
    }

    private static string Reply(FaultExchange exchange)
    {
        using var document = JsonDocument.Parse(exchange.Body);
        JsonElement body = document.RootElement;
        switch (exchange.Path)
        {
            case "/v2/embed":
                // The first number of a vector is the number in its text.
                IEnumerable<string> vectors = body.GetProperty("texts").EnumerateArray().Select(text => Convert.ToBase64String(Floats(float.Parse(text.GetString()!, CultureInfo.InvariantCulture))));
                return $$"""{"id":"e","embeddings":{"base64":["{{string.Join("\",\"", vectors)}}"] },"meta":{"billed_units":{"input_tokens":1} } }""";
            case "/v2/rerank":
                return """{"id":"r","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}],"meta":{"billed_units":{"search_units":1}}}""";
            default:
                return ChatJson.Response(body.GetProperty("messages")[0].GetProperty("content").GetString()!);
        }
    }

    private static byte[] Floats(float first)
    {
        byte[] bytes = new byte[256 * sizeof(float)];
        BitConverter.TryWriteBytes(bytes, first);
        return bytes;
    }
}
