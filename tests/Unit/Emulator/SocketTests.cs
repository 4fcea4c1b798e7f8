using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Emulation;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>The emulator over a real socket: HTTP from other processes, and the end of connections.</summary>
public sealed class SocketTests
{
    private const string Check = "POST /v1/check-api-key HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\n";

    [Fact]
    public async Task It_answers_the_same_over_the_socket_as_in_process()
    {
        using CohereEmulator emulator = Start();
        using HttpClient client = Client(emulator);
        foreach (string fields in new[] { "", "\"stream\":true" })
        {
            using EmulatedAnswer there = await EmulatedAnswer.ToAsync(client, "POST", "/v2/chat", EmulatedAnswer.ChatBody("Grüße 🎉", fields));
            using EmulatedAnswer here = await EmulatedAnswer.ToChatAsync("Grüße 🎉", fields);
            Assert.Equal(here.Body, there.Body);
            Assert.Equal(here.ContentType, there.ContentType);
        }
    }

    [Fact]
    public async Task One_connection_serves_many_requests_even_if_they_are_pipelined()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        await connection.SendAsync(string.Concat(Enumerable.Repeat(Check + "Content-Length: 0\r\n\r\n", 3)) + "\r\n" + Check + "Connection: close\r\n\r\n");
        string all = await connection.ReadToEndAsync();

        Assert.Equal(4, all.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.Equal(4, emulator.RequestCount);
    }

    [Theory]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421)]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", 421)]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1@evil.example\r\n\r\n", 421)]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n", 421)]
    [InlineData("GET http://evil.example/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n", 421)]
    [InlineData("POST /v2/chat HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nContent-Length: 0\r\n\r\n", 403)]
    [InlineData("POST /v2/chat HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\nContent-Length: 0\r\n\r\n", 403)]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n", 403)]
    [InlineData("POST /v1/datasets?name=a&type=embed-input HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\nContent-Length: 99999999999\r\n\r\n", 413)]
    public async Task A_request_of_another_site_or_without_bounds_is_refused(string request, int status)
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        await connection.SendAsync(request);

        Assert.StartsWith($"HTTP/1.1 {status} ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, emulator.RequestCount);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1234")]
    [InlineData("127.0.0.1:80")]
    [InlineData("[::1]:80")]
    public async Task The_names_of_this_computer_are_answered(string host)
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        await connection.SendAsync($"POST /v1/check-api-key HTTP/1.1\r\nHost: {host}\r\nOrigin: http://localhost:3000\r\nAuthorization: Bearer k\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_head_is_closed_after_ten_seconds()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        var waited = Stopwatch.StartNew();
        await connection.SendAsync("POST /v2/chat HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        try
        {
            Assert.Empty(await connection.ReadToEndAsync());
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // The server closed the connection with a reset.
        }

        // The time limit starts after the stopwatch.
        Assert.True(waited.Elapsed.TotalSeconds > 9.9, $"closed after {waited.Elapsed}");
    }

    [Fact]
    public async Task A_request_can_arrive_byte_by_byte()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        foreach (char c in Check + "Content-Length: 2\r\nConnection: close\r\n\r\n{}")
        {
            await connection.SendAsync(c.ToString());
        }

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_chunked_body_is_joined(int chunkSize)
    {
        using CohereEmulator emulator = Start();
        using HttpClient client = Client(emulator);
        string body = EmulatedAnswer.ChatBody("Grüße 🎉");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/chat") { Content = new Chunks(Encoding.UTF8.GetBytes(body), chunkSize) };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Contains("You said: \\\"Grüße", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunk_extensions_and_trailers_are_ignored()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        await connection.SendAsync(Check + "Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nX-After: 1\r\n\r\n" + Check + "Connection: close\r\n\r\n");
        Assert.Equal(2, (await connection.ReadToEndAsync()).Split("HTTP/1.1 200 OK").Length - 1);
    }

    [Fact]
    public async Task A_client_that_expects_100_Continue_receives_it()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        await connection.SendAsync(Check + "Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        string first = await connection.ReadUntilAsync("\r\n\r\n");
        await connection.SendAsync("{}");

        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", first);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_HTTP_1_0_client_gets_no_chunks_and_its_connection_is_closed()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        string body = EmulatedAnswer.ChatBody("hi", "\"stream\":true");
        await connection.SendAsync($"POST /v2/chat HTTP/1.0\r\nAuthorization: Bearer k\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        string all = await connection.ReadToEndAsync();

        Assert.DoesNotContain("chunked", all, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nevent: message-start\n", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET /v1/models\r\n\r\n", 400)]
    [InlineData("GET /v1/models HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /v1/models HTTP/3.0\r\nHost: localhost\r\n\r\n", 505)]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nbroken\r\n\r\n", 400)]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nName : value\r\n\r\n", 400)]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", 400)]
    [InlineData("GET models HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData(Check + "Content-Length: two\r\n\r\n", 400)]
    [InlineData(Check + "Content-Length: -1\r\n\r\n", 400)]
    [InlineData(Check + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400)]
    [InlineData(Check + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData(Check + "Transfer-Encoding: gzip\r\n\r\n", 501)]
    [InlineData(Check + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400)]
    [InlineData(Check + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}}}\r\n", 400)]
    [InlineData(Check + "Content-Length: 67108865\r\n\r\n", 413)]
    [InlineData(Check + "Transfer-Encoding: chunked\r\n\r\n4000001\r\n", 413)]
    [InlineData(Check + "Expect: miracles\r\n\r\n", 417)]
    public async Task An_invalid_HTTP_request_is_refused_and_the_connection_is_closed(string request, int status)
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        await connection.SendAsync(request);
        Assert.StartsWith($"HTTP/1.1 {status} ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_uses_https_is_refused_at_once()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        // The beginning of a TLS handshake. The connection stays open, so only its first byte tells.
        await connection.SendAsync("\u0016\u0003\u0001\u0002");
        Assert.StartsWith("HTTP/1.1 400 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_headers_are_refused()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        await connection.SendAsync("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: " + new string('a', 70_000));
        Assert.StartsWith("HTTP/1.1 431 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_several_megabytes_arrives_complete()
    {
        using CohereEmulator emulator = Start();
        using HttpClient client = Client(emulator);
        string image = "data:image/png;base64," + new string('A', 8_000_000);
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", "/v2/chat", EmulatedAnswer.ChatBody(
            "", "\"model\":\"command-a-vision-07-2025\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + image + "\"}}]}]"));
        Assert.Contains("image/png of 6000000 bytes", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parallel_requests_do_not_wait_for_each_other()
    {
        // No request is answered before all have arrived.
        using (CohereEmulator silent = Start(new CohereEmulatorOptions { LatencyMs = 600_000 }))
        {
            using HttpClient waiting = Client(silent);
            using var stop = new CancellationTokenSource();
            Task calls = Task.WhenAll(Enumerable.Range(0, 40).Select(_ => waiting.GetAsync(new Uri("/v1/models", UriKind.Relative), stop.Token)));
            await UntilAsync(() => silent.RequestCount == 40);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calls);
        }

        using CohereEmulator emulator = Start(new CohereEmulatorOptions { LatencyMs = 100 });
        using HttpClient client = Client(emulator);
        EmulatedAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => EmulatedAnswer.ToAsync(client, "POST", "/v2/chat", EmulatedAnswer.ChatBody("number " + i))));

        Assert.All(answers.Select((answer, i) => (answer, i)), pair =>
            Assert.StartsWith($"You said: \"number {pair.i}\"", pair.answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_work_on_a_response_ends_when_the_client_disconnects()
    {
        using CohereEmulator emulator = Start(new CohereEmulatorOptions { LatencyMs = 600_000 });
        var connection = new RawConnection(emulator);
        await connection.SendAsync(Check + "\r\n");
        await UntilAsync(() => emulator.RequestCount == 1 && emulator.OpenConnections == 1);
        connection.Dispose();

        await UntilAsync(() => emulator.OpenConnections == 0);
    }

    [Fact]
    public async Task A_stream_ends_when_the_client_disconnects()
    {
        using CohereEmulator emulator = Start();
        var connection = new RawConnection(emulator);
        string body = EmulatedAnswer.ChatBody("emulate:slow in 20000 words", "\"stream\":true");
        await connection.SendAsync($"POST /v2/chat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await connection.ReadUntilAsync("content-delta");
        connection.Dispose();

        await UntilAsync(() => emulator.OpenConnections == 0);
    }

    [Fact]
    public async Task Events_arrive_one_by_one_during_the_stream()
    {
        using CohereEmulator emulator = Start();
        using var connection = new RawConnection(emulator);
        string body = EmulatedAnswer.ChatBody("emulate:slow in 20000 words", "\"stream\":true");
        var clock = Stopwatch.StartNew();
        await connection.SendAsync($"POST /v2/chat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        // The whole stream takes half an hour.
        await connection.ReadUntilAsync("content-start");
        Assert.True(clock.ElapsedMilliseconds >= 150, $"after {clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Stopping_closes_every_connection_at_once()
    {
        CohereEmulator emulator = Start(new CohereEmulatorOptions { LatencyMs = 600_000 });
        using var idle = new RawConnection(emulator);
        using var waiting = new RawConnection(emulator);
        await waiting.SendAsync(Check + "\r\n");
        await UntilAsync(() => emulator.RequestCount == 1 && emulator.OpenConnections == 2);

        await Task.Run(() =>
        {
            emulator.Stop();
            emulator.Stop();
        }).WaitAsync(Hang.Limit);
        Assert.False(emulator.IsRunning);
        Assert.Empty(await EndAsync(idle));
        Assert.Empty(await EndAsync(waiting));
        await Assert.ThrowsAnyAsync<SocketException>(() => Task.Run(() => new RawConnection(emulator)));
        await UntilAsync(() => emulator.OpenConnections == 0);
    }

    [Fact]
    public void It_listens_only_on_loopback_and_returns_its_address()
    {
        using CohereEmulator emulator = Start();
        Assert.Equal($"http://127.0.0.1:{emulator.Port}/", emulator.BaseUri.AbsoluteUri);
        Assert.True(emulator.IsRunning);
        Assert.Throws<SocketException>(() => CohereEmulator.Start(emulator.Port, new CohereEmulatorOptions()));
    }

    [Fact]
    public async Task Each_fault_has_its_effect_over_the_socket()
    {
        // With this seed, the first faults include every kind, but only one slow missing response.
        int seed = Enumerable.Range(0, 1000).First(seed => First(seed).Distinct().Count() == 7 && First(seed).Count(fault => fault == Fault.Stall) == 1);
        using CohereEmulator emulator = Start(new CohereEmulatorOptions { FaultRate = 1, Seed = seed });
        foreach (Fault fault in First(seed))
        {
            using var connection = new RawConnection(emulator);
            await connection.SendAsync(Check + "Content-Length: 2\r\nConnection: close\r\n\r\n{}");
            Assert.StartsWith(Expected(fault), await OutcomeAsync(connection), StringComparison.Ordinal);
        }

        static Fault[] First(int seed)
        {
            var faults = new FaultSequence(1, seed);
            return [.. Enumerable.Range(0, 12).Select(_ => faults.Next().Fault)];
        }
    }

    [Fact]
    public async Task A_truncated_response_is_shorter_than_its_announced_length()
    {
        using CohereEmulator emulator = Start(new CohereEmulatorOptions { FaultRate = 1, Seed = SeedOf(Fault.CutBody) });
        using HttpClient client = Client(emulator);
        await Assert.ThrowsAsync<HttpRequestException>(() => EmulatedAnswer.ToAsync(client, "POST", "/v2/chat", EmulatedAnswer.ChatBody("hi")));
    }

    [Fact]
    public async Task A_truncated_stream_ends_in_the_middle_of_an_event()
    {
        using CohereEmulator emulator = Start(new CohereEmulatorOptions { FaultRate = 1, Seed = SeedOf(Fault.CutBody) });
        using HttpClient client = Client(emulator);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/chat");
        request.Content = new StringContent(EmulatedAnswer.ChatBody("hi", "\"stream\":true"));
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using Stream stream = await response.Content.ReadAsStreamAsync();
        using var received = new MemoryStream();

        await Assert.ThrowsAnyAsync<IOException>(() => stream.CopyToAsync(received));
        Assert.Contains("content-delta", Encoding.UTF8.GetString(received.ToArray()), StringComparison.Ordinal);
    }

    private static CohereEmulator Start(CohereEmulatorOptions? options = null) => CohereEmulator.Start(0, options ?? new CohereEmulatorOptions());

    private static HttpClient Client(CohereEmulator emulator)
    {
        var client = new HttpClient { BaseAddress = emulator.BaseUri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", emulator.ApiKey);
        return client;
    }

    private static int SeedOf(Fault fault) => Enumerable.Range(0, 1000).First(seed => new FaultSequence(1, seed).Next().Fault == fault);

    private static string Expected(Fault fault) => fault switch
    {
        Fault.TooManyRequests => "HTTP/1.1 429 ",
        Fault.InternalError => "HTTP/1.1 500 ",
        Fault.Unavailable => "HTTP/1.1 503 ",
        Fault.ResetBeforeBody or Fault.ResetAfterBody => "reset",
        Fault.Stall => "silence",
        Fault.CutBody => "HTTP/1.1 200 ",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    private static async Task<string> OutcomeAsync(RawConnection connection)
    {
        try
        {
            string all = await connection.ReadToEndAsync();
            return all.Length == 0 ? "silence" : all;
        }
        catch (IOException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return "reset";
        }
    }

    // Depending on the system, the client sees the end of the connection or a reset.
    private static async Task<string> EndAsync(RawConnection connection)
    {
        string outcome = await OutcomeAsync(connection);
        return outcome is "silence" or "reset" ? string.Empty : outcome;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Hang.Limit);
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private sealed class Chunks(byte[] body, int size) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (int start = 0; start < body.Length; start += size)
            {
                await stream.WriteAsync(body.AsMemory(start, Math.Min(size, body.Length - start)));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
