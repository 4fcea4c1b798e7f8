using System;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace CohereShell.Tests;

/// <summary>Answers that never end, or that decompress to more than the memory.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class AnswerBoundsTests(ITestOutputHelper output)
{
    private const int Megabyte = 1024 * 1024;

    private readonly ITestOutputHelper _output = output;

    // A buffer that grows takes twice its size at the end, and .NET keeps smaller ones for a while.
    [Theory]
    [InlineData(200, 128, 400)]
    [InlineData(500, 16, 100)]
    public async Task A_body_that_never_ends_is_an_error(int status, int bound, int memory)
    {
        CohereException exception = await FailAsync(Endless(status, "application/json", " "), memory, client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.Contains(FormattableString.Invariant($"larger than {bound} MB"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_few_kilobytes_that_decompress_to_gigabytes_are_an_error()
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] blanks = new byte[Megabyte];
            Array.Fill(blanks, (byte)' ');
            for (int i = 0; i < 1024; i++)
            {
                zip.Write(blanks);
            }
        }

        await FailAsync(Answer.Of(200, "application/json", buffer.ToArray(), "Content-Encoding: gzip"), 400, client => client.Chat.SendAsync(ChatJson.Question()));
    }

    [Fact]
    public async Task A_body_that_announces_too_many_bytes_is_not_read()
    {
        CohereException exception = await FailAsync(
            async exchange =>
            {
                await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000000000\r\n\r\n{");
                await exchange.ClosedByClientAsync();
            },
            20,
            client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.Equal(1, exception.Attempts);
    }

    [Theory]
    [InlineData("data: ")]
    [InlineData("x")]
    [InlineData("data: x\n")]
    public async Task An_event_that_never_ends_is_an_error(string text)
    {
        CohereException exception = await FailAsync(Endless(200, "text/event-stream", text), 120, client => client.Chat.StreamAsync(ChatJson.Question()).ToListAsync());

        Assert.Contains("larger than 16 MB", exception.Message, StringComparison.Ordinal);
        Assert.IsType<CohereStreamException>(exception);
    }

    [Fact]
    public async Task A_stream_that_never_ends_is_an_error()
    {
        CohereException exception = await FailAsync(
            Endless(200, "text/event-stream", string.Concat(": ", new string('x', 65536), "\n\n")), 60, client => client.Chat.StreamAsync(ChatJson.Question()).ToListAsync());

        Assert.Contains("larger than 128 MB", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_body_within_the_bound_is_read()
    {
        byte[] json = [.. "{\"a\":\""u8, .. new byte[100 * Megabyte].AsSpan(), .. "\"}"u8];
        Array.Fill(json, (byte)'x', 6, 100 * Megabyte);
        using var server = new FaultServer(Answer.Of(200, "application/json", json));
        using CohereSession session = TestSession.Open(server, retries: 0);

        var answer = await new CohereClient(session).Raw.SendAsync("GET", "/v1/any");

        Assert.Equal(100 * Megabyte, answer.GetProperty("a").GetString()!.Length);
    }

    private static Behaviour Endless(int status, string mediaType, string text) => async exchange =>
    {
        await exchange.WriteAsync($"HTTP/1.1 {status} Status\r\nContent-Type: {mediaType}\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] chunk = System.Text.Encoding.UTF8.GetBytes(string.Concat(System.Linq.Enumerable.Repeat(text, Math.Max(1, 65536 / text.Length))));
        try
        {
            while (!exchange.IsClosedByClient)
            {
                await exchange.ChunkAsync(chunk);
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The client has closed the connection, as it should.
        }
    };

    private async Task<CohereException> FailAsync(Behaviour behaviour, int mostMegabytes, Func<CohereClient, Task> call)
    {
        using var server = new FaultServer(behaviour);
        using CohereSession session = TestSession.Open(server);
        GC.Collect();
        long before = Process.GetCurrentProcess().WorkingSet64;
        long most = 0;
        var elapsed = Stopwatch.StartNew();
        Task<CohereException> failing = Assert.ThrowsAnyAsync<CohereException>(() => call(new CohereClient(session)));
        while (!failing.IsCompleted)
        {
            await Task.WhenAny(failing, Task.Delay(20));
            using var process = Process.GetCurrentProcess();
            most = Math.Max(most, process.WorkingSet64 - before);
        }

        CohereException exception = await failing;
        _output.WriteLine(FormattableString.Invariant($"{exception.Message} {most / Megabyte} MB more, {elapsed.ElapsedMilliseconds} ms"));
        Assert.Equal(ErrorReason.AnswerTooLarge, exception.Reason);
        Assert.Single(server.Requests);
        Assert.InRange(most / Megabyte, 0, mostMegabytes);
        return exception;
    }
}
