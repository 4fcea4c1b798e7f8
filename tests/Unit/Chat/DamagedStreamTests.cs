using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class DamagedStreamTests
{
    private const string Message = "the model is overloaded";

    public static TheoryData<string> Fields => ["text", "thinking", "plan", "arguments"];

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Halves_of_a_surrogate_pair_in_two_events_meet(string field)
    {
        (string pieces, string whole) = await TextAsync(field, "A \\ud83d", "\\udc1b B");

        Assert.Equal("A 🐛 B", whole);
        Assert.Equal(whole, pieces);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_half_that_stays_alone_becomes_a_replacement_character(string field)
    {
        (string pieces, string whole) = await TextAsync(field, "A \\ud83d", " \\udc1b B \\ud83d", "", "c\\ud83d");

        Assert.Equal("A \uFFFD \uFFFD B \uFFFDc\uFFFD", whole);
        // Chunks of arguments are not concatenated by readers: the last event has the complete call.
        Assert.Equal(field == "arguments" ? whole[..^1] : whole, pieces);
    }

    [Fact]
    public async Task Halves_of_different_parts_do_not_meet()
    {
        List<ChatStreamEvent> events = await ReadAsync(ChatJson.Start(), Raw("text", "a\\ud83d", 0), Raw("text", "\\udc1bb", 1), ChatJson.End());

        Assert.Equal("a\uFFFD\uFFFDb", events[^1].Response!.Text);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_in_a_source_can_be_read()
    {
        List<ChatStreamEvent> events = await ReadAsync(
            ChatJson.Start(),
            ChatJson.Text("Hi"),
            """{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":2,"text":"Hi","sources":[{"type":"document","id":"d\ud83d","document":{"title":"\udc1b"}}]}}}}""",
            ChatJson.End());

        Assert.Equal("d\uFFFD", events[^1].Response!.Citations[0].Sources[0].Id);
        Assert.Equal("\uFFFD", events[^1].Response!.Citations[0].Sources[0].Document!["title"]);
    }

    [Theory]
    [InlineData("event: error\ndata: {\"message\":\"the model is overloaded\"}\n\n")]
    [InlineData("event: error\ndata: the model is overloaded\n\n")]
    [InlineData("data: {\"error\":{\"message\":\"the model is overloaded\"}}\n\n")]
    [InlineData("data: {\"error\":\"the model is overloaded\"}\n\n")]
    [InlineData("data: {\"type\":\"error\",\"error\":{\"message\":\"the model is overloaded\"}}\n\n")]
    [InlineData("data: {\"detail\":[{\"msg\":\"the model is overloaded\"}]}\n\n")]
    public async Task An_error_event_of_a_gateway_shows_its_message_and_keeps_the_text(string error)
    {
        CohereStreamException exception = await Assert.ThrowsAsync<CohereStreamException>(() => ReadAsync(Answer.EventStream(async exchange =>
        {
            await exchange.ChunkAsync(Answer.Event(ChatJson.Text("Half of")));
            await exchange.ChunkAsync(error);
        })));

        Assert.Equal(ErrorReason.GenerationFailed, exception.Reason);
        Assert.Contains(Message, exception.Message, StringComparison.Ordinal);
        Assert.Equal("Half of", exception.PartialResponse.Text);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    [InlineData(null)]
    public async Task A_JSON_body_instead_of_a_stream_shows_its_message(string? mediaType)
    {
        CohereException exception = await Assert.ThrowsAnyAsync<CohereException>(() => ReadAsync(Answer.Of(200, mediaType, "\n{\"id\":\"e1\",\"message\":\"the model is overloaded\"}"u8.ToArray())));

        Assert.Contains(Message, exception.Message, StringComparison.Ordinal);
        Assert.Equal("e1", exception.ErrorId);
    }

    [Fact]
    public async Task A_body_instead_of_a_stream_that_is_not_an_error_is_quoted()
    {
        CohereException exception = await Assert.ThrowsAnyAsync<CohereException>(() => ReadAsync(Answer.Of(200, "text/plain", "<p>Welcome to the proxy</p>"u8.ToArray())));

        Assert.Equal(ErrorReason.InvalidAnswer, exception.Reason);
        Assert.Contains("Welcome to the proxy", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task A_stream_that_lacks_only_the_last_blank_line_is_complete(string end)
    {
        List<ChatStreamEvent> events = await ReadAsync(Answer.EventStream(exchange =>
            exchange.ChunkAsync(string.Concat(ChatJson.Events("Hi").Select(Answer.Event)).TrimEnd('\n') + end)));

        Assert.Equal("Hi", events[^1].Response!.Text);
    }

    [Theory]
    [InlineData("\"many\"")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1e400")]
    public async Task A_cost_that_cannot_be_read_does_not_lose_the_answer(string number)
    {
        List<ChatStreamEvent> events = await ReadAsync(ChatJson.Text("Hi"), $$$$$"""{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":{{{{{number}}}}},"output_tokens":"7"}}}}""");

        Assert.Equal(("Hi", 0L, 7L), (events[^1].Response!.Text, events[^1].Usage!.InputTokens, events[^1].Usage!.OutputTokens));
    }

    [Fact]
    public async Task Content_of_an_event_can_be_a_text()
    {
        List<ChatStreamEvent> events = await ReadAsync(ChatJson.Start(), """{"type":"content-delta","index":0,"delta":{"message":{"content":"Hi"}}}""", ChatJson.End());

        Assert.Equal("Hi", events[^1].Response!.Text);
    }

    [Fact]
    public async Task A_damaged_compressed_stream_is_an_error_that_keeps_the_text()
    {
        CohereException exception = await Assert.ThrowsAnyAsync<CohereException>(() => ReadAsync(Answer.Of(200, "text/event-stream", "this isn't compressed"u8.ToArray(), "Content-Encoding: gzip")));

        Assert.Equal(ErrorReason.StreamIncomplete, exception.Reason);
    }

    private static string Raw(string field, string json, int index = 0) => field switch
    {
        "plan" => $$$$"""{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"{{{{json}}}}"}}}""",
        "arguments" => $$$$$$"""{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{{{{{{json}}}}}}"}}}}}""",
        _ => $$$$$"""{"type":"content-delta","index":{{{{{index}}}}},"delta":{"message":{"content":{"{{{{{field}}}}}":"{{{{{json}}}}}"}}}}""",
    };

    private static async Task<(string Pieces, string Whole)> TextAsync(string field, params string[] chunks)
    {
        List<ChatStreamEvent> events = await ReadAsync([ChatJson.Start(), .. chunks.Select(chunk => Raw(field, chunk)), ChatJson.End()]);
        ChatResponse response = events[^1].Response!;
        return field switch
        {
            "text" => (string.Concat(events.Select(item => item.Text)), response.Text),
            "thinking" => (string.Concat(events.Select(item => item.Thinking)), response.Thinking!),
            "plan" => (string.Concat(events.Select(item => item.ToolPlan)), response.ToolPlan!),
            _ => (string.Concat(events.Select(item => item.ToolCall?.RawArguments)), response.ToolCalls[0].RawArguments),
        };
    }

    private static Task<List<ChatStreamEvent>> ReadAsync(params string[] events) => ReadAsync(Answer.Events(events));

    private static async Task<List<ChatStreamEvent>> ReadAsync(Behaviour behaviour)
    {
        using var server = new FaultServer(behaviour);
        using CohereSession session = TestSession.Open(server, retries: 0, timeout: Hang.Limit);
        return await new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync();
    }
}
