using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

[Collection(MeasuredAlone.Name)]
public sealed class TranscriptionTests : IDisposable
{
    private const string Answered = """{"text":"Grüße, 世界"}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_fields_and_the_bytes_of_the_file_arrive_unchanged()
    {
        byte[] audio = AudioBytes(300_000);
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        Transcription transcription = await new CohereClient(session).Audio.TranscribeAsync(Request(audio) with { Model = "listener", Temperature = 0.25 });

        Assert.Equal("Grüße, 世界", transcription.Text);
        Assert.Equal("de listener", $"{transcription.Language} {transcription.Model}");
        Assert.Equal(Request(audio).Path, transcription.Path);
        Assert.True(transcription.Elapsed > TimeSpan.Zero);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v2/audio/transcriptions", $"{sent.Method} {sent.Target}");
        IReadOnlyList<FormPart> parts = FormPart.Read(sent);
        Assert.Equal(["model=listener", "language=de", "temperature=0.25"], parts.Take(3).Select(part => $"{part.Name}={Encoding.UTF8.GetString(part.Body)}"));
        Assert.Equal("file", parts[3].Name);
        Assert.Contains("filename=\"a _ b.wav\"", parts[3].Head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: audio/wav", parts[3].Head, StringComparison.Ordinal);
        Assert.Equal(audio, parts[3].Body);
        Assert.Equal(4, parts.Count);
    }

    [Fact]
    public async Task The_fields_match_the_API_description()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).Audio.TranscribeAsync(Request([1]) with { Temperature = 1 });

        IReadOnlyList<FormPart> parts = FormPart.Read(server.Requests[0]);
        Assert.Equal(["model", "language", "temperature", "file"], parts.Select(part => part.Name));
        Assert.Equal(DefaultModels.Transcription, Encoding.UTF8.GetString(parts[0].Body));
        // A form has no types: what can be held to the description is the names, and that none is missing.
        Assert.Empty(ApiDescription.Current.FormErrors("create-transcription", parts.Select(part => part.Name)));
        Assert.NotEmpty(ApiDescription.Current.FormErrors("create-transcription", ["model", "file", "tongue"]));
        Assert.Empty(ApiDescription.Current.ResponseErrors("create-transcription", 200, JsonDocument.Parse(Answered).RootElement));
    }

    [Fact]
    public async Task The_whole_file_is_sent_again_after_a_failure()
    {
        byte[] audio = AudioBytes(200_000);
        using var server = new FaultServer(Answer.Status(503), Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).Audio.TranscribeAsync(Request(audio));

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Equal(audio, FormPart.Read(request)[^1].Body));
        Assert.Equal(1, Assert.Single(session.GetUsage()).Retries);
    }

    [Fact]
    public async Task Added_fields_become_parts_and_replace_those_with_the_same_name()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        var extra = new Dictionary<string, JsonElement>
        {
            ["temperature"] = JsonDocument.Parse("0.5").RootElement,
            ["prompt"] = JsonDocument.Parse("\"Grüße\"").RootElement,
            ["tags"] = JsonDocument.Parse("[1]").RootElement,
        };

        await new CohereClient(session).Audio.TranscribeAsync(Request([1]) with { Temperature = 1 }, new RequestOptions { AdditionalProperties = extra });

        Assert.Equal(
            ["model", "language", "file", "temperature=0.5", "prompt=Grüße", "tags=[1]"],
            FormPart.Read(server.Requests[0]).Select(part => extra.ContainsKey(part.Name) ? $"{part.Name}={Encoding.UTF8.GetString(part.Body)}" : part.Name));
    }

    [Fact]
    public async Task The_file_is_closed_afterwards()
    {
        using var server = new FaultServer(Answer.Status(400), Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        AudioClient audio = new CohereClient(session).Audio;
        TranscriptionRequest request = Request([1, 2, 3]);

        await Assert.ThrowsAsync<CohereException>(() => audio.TranscribeAsync(request));
        await audio.TranscribeAsync(request);

        using var alone = new FileStream(request.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(3, alone.Length);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_an_error_without_a_retry()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();

        CohereException failure = await Assert.ThrowsAsync<CohereException>(() =>
            new CohereClient(session).Audio.TranscribeAsync(new TranscriptionRequest { Path = Path.Combine(_folder.FullName, "gone.wav"), Language = "en" }, notices.Options));

        Assert.Equal(ErrorReason.FileNotReadable, failure.Reason);
        Assert.Contains("gone.wav", failure.Message, StringComparison.Ordinal);
        Assert.Equal("CreateTranscription", failure.Operation);
        Assert.Empty(notices.Delays);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_file_that_the_API_does_not_accept_is_refused_before_a_call()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<ArgumentException>(() => new CohereClient(session).Audio.TranscribeAsync(new TranscriptionRequest { Path = "a.txt", Language = "en" }));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_large_file_is_not_loaded_into_memory()
    {
        const long Size = 200L << 20;
        string path = Path.Combine(_folder.FullName, "large.wav");
        using (FileStream file = File.Create(path))
        {
            file.SetLength(Size);
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<long> received = DrainAsync(listener);
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), ApiKey = TestSession.Key });
        long before = GC.GetTotalAllocatedBytes();

        Transcription transcription = await new CohereClient(session).Audio.TranscribeAsync(new TranscriptionRequest { Path = path, Language = "en" });

        Assert.Equal("heard", transcription.Text);
        Assert.True(await received > Size);
        long cost = GC.GetTotalAllocatedBytes() - before;
        Assert.True(cost < Size / 2, $"{cost} bytes");
    }

    /// <summary>Reads a request without keeping it, and answers.</summary>
    private static async Task<long> DrainAsync(TcpListener listener)
    {
        using Socket socket = await listener.AcceptSocketAsync();
        byte[] buffer = new byte[1 << 16];
        int count = await socket.ReceiveAsync(buffer);
        string head = Encoding.ASCII.GetString(buffer, 0, count);
        int end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        long length = long.Parse(head.Split("Content-Length: ")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
        long received = count - end - 4;
        while (received < length)
        {
            received += await socket.ReceiveAsync(buffer);
        }

        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"text\":\"heard\"}"u8.ToArray());
        return received;
    }

    private static byte[] AudioBytes(int length)
    {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++)
        {
            bytes[index] = (byte)((index * 31) ^ (index >> 8));
        }

        return bytes;
    }

    private TranscriptionRequest Request(byte[] audio)
    {
        string path = Path.Combine(_folder.FullName, "a ü b.wav");
        File.WriteAllBytes(path, audio);
        return new TranscriptionRequest { Path = path, Language = "de" };
    }
}
