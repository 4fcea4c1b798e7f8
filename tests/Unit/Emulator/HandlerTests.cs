using System;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>The in-process emulator as the handler of an HttpClient.</summary>
public sealed class HandlerTests
{
    [Fact]
    public async Task Latency_passes_before_each_answer()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { LatencyMs = 120 });
        var clock = Stopwatch.StartNew();
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "GET", "/v1/models");
        Assert.True(clock.ElapsedMilliseconds >= 110, $"after {clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Cancellation_ends_the_wait()
    {
        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { LatencyMs = 600_000 });
        using var source = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(new Uri("/v1/models", UriKind.Relative), source.Token).WaitAsync(Hang.Limit));
    }

    [Fact]
    public async Task A_cancelled_request_is_not_answered()
    {
        using HttpClient client = EmulatedAnswer.Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.GetAsync(new Uri("/v1/models", UriKind.Relative), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_stream_returns_one_event_per_read()
    {
        using HttpClient client = EmulatedAnswer.Client();
        using HttpResponseMessage response = await StreamAsync(client, "hi");
        using Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[64 * 1024];

        string first = Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
        string second = Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));

        Assert.StartsWith("event: message-start\n", first, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", first, StringComparison.Ordinal);
        Assert.StartsWith("event: content-start\n", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_stream_can_be_cancelled_between_two_events()
    {
        using HttpClient client = EmulatedAnswer.Client();
        using HttpResponseMessage response = await StreamAsync(client, "emulate:slow in 20000 words");
        using Stream stream = await response.Content.ReadAsStreamAsync();
        using var source = new CancellationTokenSource();
        byte[] buffer = new byte[64 * 1024];
        Assert.True(await stream.ReadAsync(buffer) > 0);
        source.CancelAfter(10);

        // The stream would take half an hour.
        async Task ReadAsync()
        {
            while (await stream.ReadAsync(buffer, source.Token) > 0)
            {
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync().WaitAsync(Hang.Limit));
    }

    [Fact]
    public async Task A_truncated_stream_ends_in_the_middle_of_an_event()
    {
        // With this seed, the first response is truncated.
        int seed = 0;
        while (new Emulation.FaultSequence(1, seed).Next().Fault != Emulation.Fault.CutBody)
        {
            seed++;
        }

        using HttpClient client = EmulatedAnswer.Client(new CohereEmulatorOptions { FaultRate = 1, Seed = seed });
        using HttpResponseMessage response = await StreamAsync(client, "hi");
        using Stream stream = await response.Content.ReadAsStreamAsync();
        using var received = new MemoryStream();

        await Assert.ThrowsAsync<IOException>(() => stream.CopyToAsync(received));
        string text = Encoding.UTF8.GetString(received.ToArray());
        Assert.Contains("content-delta", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message-end", text, StringComparison.Ordinal);
        Assert.False(text.EndsWith("\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_are_counted()
    {
        using var handler = new CohereEmulatorHandler(new CohereEmulatorOptions());
        using var client = new HttpClient(handler) { BaseAddress = new Uri("http://emulator") };
        using EmulatedAnswer first = await EmulatedAnswer.ToAsync(client, "GET", "/v1/models");
        using EmulatedAnswer second = await EmulatedAnswer.ToAsync(client, "GET", "/nothing");
        Assert.Equal(2, handler.RequestCount);
    }

    private static async Task<HttpResponseMessage> StreamAsync(HttpClient client, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/chat");
        request.Content = new StringContent(EmulatedAnswer.ChatBody(message, "\"stream\":true"));
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
