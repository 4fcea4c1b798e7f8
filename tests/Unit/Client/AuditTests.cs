using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class AuditTests : IDisposable
{
    private const string Secret = "the content of the question";

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task A_call_writes_one_line_with_user_operation_time_and_units_but_no_content()
    {
        using var server = new FaultServer(Answer.Status(500), Answer.Json(ChatJson.Response("the content of the answer"), 200, "x-debug-trace-id: trace-7"));
        using CohereSession session = Open(server);
        DateTimeOffset before = DateTimeOffset.Now;

        await new CohereClient(session).Chat.SendAsync(ChatJson.Question(Secret));

        JsonElement line = Assert.Single(Lines());
        Assert.InRange(line.GetProperty("time").GetDateTimeOffset(), before.AddSeconds(-1), DateTimeOffset.Now);
        Assert.Equal(Environment.UserName, line.GetProperty("user").GetString());
        Assert.Equal(Environment.MachineName, line.GetProperty("computer").GetString());
        Assert.Equal(Environment.ProcessId, line.GetProperty("process").GetInt32());
        Assert.Equal(session.Id, line.GetProperty("session").GetString());
        Assert.Equal("nightly", line.GetProperty("client").GetString());
        Assert.Equal("Chat", line.GetProperty("operation").GetString());
        Assert.Equal("POST", line.GetProperty("method").GetString());
        Assert.Equal("/v2/chat", line.GetProperty("path").GetString());
        Assert.Equal(DefaultModels.Chat, line.GetProperty("model").GetString());
        Assert.Equal("Success", line.GetProperty("outcome").GetString());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.Equal(2, line.GetProperty("attempts").GetInt32());
        Assert.True(line.GetProperty("milliseconds").GetDouble() >= 0);
        Assert.Equal("trace-7", line.GetProperty("requestId").GetString());
        Assert.Equal(71, line.GetProperty("inputTokens").GetInt32());
        Assert.Equal(9, line.GetProperty("outputTokens").GetInt32());
        Assert.Equal(5, line.GetProperty("billedInputTokens").GetInt32());
        Assert.Equal(7, line.GetProperty("billedOutputTokens").GetInt32());
        Assert.Equal(0, line.GetProperty("billedSearchUnits").GetInt32());
        Assert.Equal(0, line.GetProperty("billedClassifications").GetInt32());
        Assert.Equal(0, line.GetProperty("billedImages").GetInt32());
        string text = await File.ReadAllTextAsync(_path);
        Assert.DoesNotContain("the content", text, StringComparison.Ordinal);
        Assert.DoesNotContain(TestSession.Key, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_call_writes_a_line_with_its_reason()
    {
        using var server = new FaultServer(Answer.Json($$"""{"message":"{{Secret}} is wrong"}""", 400));
        using CohereSession session = Open(server);

        await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Chat.SendAsync(ChatJson.Question(Secret)));

        JsonElement line = Assert.Single(Lines());
        Assert.Equal("InvalidRequest", line.GetProperty("outcome").GetString());
        Assert.Equal(400, line.GetProperty("status").GetInt32());
        Assert.DoesNotContain("the content", await File.ReadAllTextAsync(_path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_denied_call_writes_a_line_too()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = Open(server, OperationAccess.Read);

        await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Chat.SendAsync(ChatJson.Question(Secret)));

        JsonElement line = Assert.Single(Lines());
        Assert.Equal("Denied", line.GetProperty("outcome").GetString());
        Assert.Equal("Chat", line.GetProperty("operation").GetString());
        Assert.Equal(0, line.GetProperty("attempts").GetInt32());
        Assert.False(line.TryGetProperty("status", out _));
    }

    [Fact]
    public async Task A_canceled_call_writes_a_line_with_its_attempts()
    {
        using var server = new FaultServer(Answer.Silence());
        using CohereSession session = Open(server);
        using var stop = new CancellationTokenSource();

        Task call = session.ReadAsync(cancellationToken: stop.Token);
        await server.RequestAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        JsonElement line = Assert.Single(Lines());
        Assert.Equal("Cancelled", line.GetProperty("outcome").GetString());
        Assert.Equal(1, line.GetProperty("attempts").GetInt32());
    }

    [Theory]
    [InlineData("complete", "Success", 71)]
    [InlineData("first", "Cancelled", 0)]
    [InlineData("last", "Success", 71)]
    [InlineData("broken", "StreamIncomplete", 0)]
    [InlineData("ended", "StreamIncomplete", 0)]
    [InlineData("error", "GenerationFailed", 71)]
    public async Task A_stream_writes_one_line_for_any_end(string ending, string outcome, int inputTokens)
    {
        using var server = new FaultServer(ending switch
        {
            "broken" => Answer.BrokenEvents(ChatJson.Start(), ChatJson.ContentStart(), ChatJson.Text("a")),
            "ended" => Answer.Events(ChatJson.Start(), ChatJson.ContentStart(), ChatJson.Text("a")),
            "first" => Answer.StalledEvents(ChatJson.Start()),
            "error" => Answer.Events(ChatJson.Start(), ChatJson.End("ERROR")),
            _ => Answer.Events(ChatJson.Events("a", "b")),
        });
        using CohereSession session = Open(server);
        try
        {
            await foreach (ChatStreamEvent item in new CohereClient(session).Chat.StreamAsync(ChatJson.Question(Secret)))
            {
                if (ending == "first" || (ending == "last" && item.Type == ChatStreamEventType.MessageEnd))
                {
                    break;
                }
            }
        }
        catch (CohereStreamException)
        {
            // Which exception it is, is checked in the tests of streams.
        }

        JsonElement line = Assert.Single(Lines());
        Assert.Equal(outcome, line.GetProperty("outcome").GetString());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.Equal(inputTokens, line.GetProperty("inputTokens").GetInt32());
        UsageRecord usage = Assert.Single(session.GetUsage());
        Assert.Equal(1, usage.Calls);
        Assert.Equal(inputTokens, usage.InputTokens);
        Assert.Equal(outcome is "Success" or "Cancelled" ? 0 : 1, usage.FailedCalls);
    }

    [Fact]
    public async Task Two_sessions_with_many_calls_write_complete_lines_to_one_file()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession first = Open(server);
        using CohereSession second = Open(server);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number =>
            new CohereClient(number % 2 == 0 ? first : second).Chat.SendAsync(ChatJson.Question())));

        List<JsonElement> lines = Lines();
        Assert.Equal(200, lines.Count);
        Assert.Equal(100, lines.Count(line => line.GetProperty("session").GetString() == first.Id));
    }

    [Fact]
    public async Task Logs_that_write_to_one_file_at_the_same_time_lose_no_line()
    {
        AuditLog[] logs = Enumerable.Range(0, 8).Select(_ => new AuditLog(_path)).ToArray();
        var entry = new AuditLog.Entry(DateTimeOffset.Now, "s", Operations.Chat, "/v2/chat");

        using var start = new Barrier(8);
        await Task.WhenAll(logs.Select(log => Task.Factory.StartNew(
            () =>
        {
            start.SignalAndWait();
            for (int i = 0; i < 500; i++)
            {
                log.Append(entry);
            }
        },
            TaskCreationOptions.LongRunning)));

        Assert.Equal(4000, Lines().Count);
    }

    [Fact]
    public async Task A_full_disk_is_reported_as_such()
    {
        const string full = "/dev/full";
        if (!File.Exists(full))
        {
            return;
        }

        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, AuditPath = full });

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.AuditFailed, exception.Reason);
        Assert.Contains(full, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_of_the_file_does_not_block_writing()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = Open(server);
        using var reader = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

        await session.ReadAsync();

        Assert.NotEqual(0, reader.Length);
    }

    [Fact]
    public async Task Lines_are_appended_to_an_existing_file()
    {
        await File.WriteAllTextAsync(_path, """{"time":"2020-01-01T00:00:00Z"}""" + "\n");
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = Open(server);

        await session.ReadAsync();

        Assert.Equal(2, Lines().Count);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error_when_connecting()
    {
        CohereException exception = Assert.Throws<CohereException>(() => TestSession.Open(new CohereSessionOptions
        {
            AuditPath = Path.Combine(_path, "no", "such", "folder.jsonl"),
        }));

        Assert.Equal(ErrorReason.AuditFailed, exception.Reason);
        Assert.Equal("WriteError", exception.Category);
    }

    [Fact]
    public async Task A_call_that_cannot_be_recorded_is_not_sent()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, AuditPath = Path.Combine(folder, "audit.jsonl") });
        Directory.Delete(folder, recursive: true);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(ErrorReason.AuditFailed, exception.Reason);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_query_of_a_path_is_not_recorded()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = Open(server);

        await new CohereClient(session).Raw.SendAsync("GET", "/v1/models/a?note=confidential", [new("other", "confidential")]);

        Assert.Equal("/v1/models/a", Assert.Single(Lines()).GetProperty("path").GetString());
        Assert.DoesNotContain("confidential", await File.ReadAllTextAsync(_path), StringComparison.Ordinal);
    }

    private CohereSession Open(FaultServer server, OperationAccess access = OperationAccess.Write) => TestSession.Open(new CohereSessionOptions
    {
        BaseUri = server.Address,
        ApiKey = TestSession.Key,
        ClientName = "nightly",
        AuditPath = _path,
        Access = access,
    });

    private List<JsonElement> Lines()
    {
        string text = File.ReadAllText(_path);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
    }
}
