using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ChatStreamTests
{
    private const string Citation0 = """{"start":0,"end":5,"text":"Grüße","content_index":1,"type":"TEXT_CONTENT","sources":[{"type":"document","id":"d1","document":{"id":"d1","title":"T"}}]}""";
    private const string Citation1 = """{"start":6,"end":8,"text":"😀","content_index":1,"type":"TEXT_CONTENT","sources":[{"type":"tool","id":"t1:0","tool_output":{"ok":true}}]}""";

    private static readonly string Whole = $$"""
        {"id":"c1","finish_reason":"COMPLETE","message":{"role":"assistant","tool_plan":"I look it up",
         "tool_calls":[{"id":"t1","type":"function","function":{"name":"get","arguments":"{\"id\":4625}"} },{"id":"t2","type":"function","function":{"name":"put","arguments":"{broken"} }],
         "content":[{"type":"thinking","thinking":"Let me see"},{"type":"text","text":"Grüße 😀"}],
         "citations":[{{Citation0}},{{Citation1}}]},
         "logprobs":[{"text":"Gr","token_ids":[1],"logprobs":[-0.5]}],
         "usage":{{ChatJson.Usage}}}
        """;

    private static readonly string[] Pieces =
    [
        ChatJson.Start(),
        """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I look "}}}""",
        """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"it up"}}}""",
        """{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"t1","type":"function","function":{"name":"get","arguments":""}}}}}""",
        """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"id\":"}}}}}""",
        """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"4625}"}}}}}""",
        """{"type":"tool-call-end","index":0}""",
        """{"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":[{"id":"t2","type":"function","function":{"name":"put","arguments":""}}]}}}""",
        """{"type":"tool-call-delta","index":1,"delta":{"message":{"tool_calls":[{"function":{"arguments":"{broken"}}]}}}""",
        """{"type":"tool-call-end","index":1}""",
        """{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}""",
        """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"Let me "}}}}""",
        """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"see"}}}}""",
        ChatJson.ContentEnd(0),
        ChatJson.ContentStart(1),
        """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"Grüße "}}},"logprobs":{"text":"Gr","token_ids":[1],"logprobs":[-0.5]}}""",
        $$"""{"type":"citation-start","index":0,"delta":{"message":{"citations":{{Citation0}}} } }""",
        """{"type":"citation-end","index":0}""",
        """{"type":"something-new","index":9,"delta":{"future":[{}]},"x":1}""",
        ChatJson.Text("😀", 1),
        $$"""{"type":"citation-start","index":1,"delta":{"message":{"citations":[{{Citation1}}]} } }""",
        """{"type":"citation-end","index":1}""",
        ChatJson.ContentEnd(1),
        ChatJson.End(),
    ];

    [Fact]
    public async Task The_chunks_of_a_stream_form_the_same_answer_as_without_a_stream()
    {
        using var server = new FaultServer(Answer.Json(Whole), Answer.Events(Pieces));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        ChatResponse plain = await chat.SendAsync(ChatJson.Question());
        List<ChatStreamEvent> events = await chat.StreamAsync(ChatJson.Question()).ToListAsync();

        Assert.Equal(Describe(plain), Describe(events[^1].Response!));
        Assert.Equal(Pieces.Length, events.Count);
    }

    [Fact]
    public async Task Each_chunk_has_its_type()
    {
        List<ChatStreamEvent> events = await ReadAsync(Answer.Events(Pieces));

        Assert.Equal("Grüße 😀", string.Concat(events));
        Assert.Equal("Let me see", string.Concat(events.Select(item => item.Thinking)));
        Assert.Equal("I look it up", string.Concat(events.Select(item => item.ToolPlan)));
        Assert.Equal("c1", events[0].Id);
        Assert.Equal(["get()", "get({\"id\":)", "get(4625})", "get({\"id\":4625})", "put()", "put({broken)", "put({broken)"], events.Where(item => item.ToolCall is not null).Select(item => item.ToolCall!.ToString()));
        Assert.Equal(["Grüße", "😀"], events.Where(item => item.Citation is not null).Select(item => item.Citation!.Text));
        Assert.Equal(-0.5, Assert.Single(events, item => item.LogProb is not null).LogProb!.LogProbs[0]);
        Assert.Equal(ChatStreamEventType.Unknown, events[18].Type);
        ChatStreamEvent last = events[^1];
        Assert.Equal((ChatStreamEventType.MessageEnd, ChatFinishReason.Complete, 71m), (last.Type, last.FinishReason!.Value, last.Usage!.InputTokens));
        Assert.All(events.SkipLast(1), item => Assert.Null(item.Response));
    }

    [Fact]
    public async Task Several_citations_in_one_event_are_all_kept()
    {
        List<ChatStreamEvent> events = await ReadAsync(Answer.Events(
            ChatJson.Start(),
            ChatJson.ContentStart(),
            ChatJson.Text("Grüße 😀"),
            $$"""{"type":"citation-start","index":0,"delta":{"message":{"citations":[{{Citation0}},{{Citation1}}]} } }""",
            ChatJson.End()));

        Assert.Equal(["Grüße", "😀"], events[^1].Response!.Citations.Select(citation => citation.Text));
    }

    [Fact]
    public async Task Chunks_arrive_as_the_server_sends_them()
    {
        var received = new TaskCompletionSource();
        using var server = new FaultServer(Answer.EventStream(async exchange =>
        {
            await exchange.ChunkAsync(Answer.Event(ChatJson.Start()) + Answer.Event(ChatJson.ContentStart()) + Answer.Event(ChatJson.Text("first")));
            // Sends nothing more until the reader has received the first chunk.
            await received.Task;
            await exchange.ChunkAsync(Answer.Event(ChatJson.Text(" second")) + Answer.Event(ChatJson.End()));
        }));
        using CohereSession session = TestSession.Open(server, timeout: Hang.Limit);
        string text = string.Empty;

        await foreach (ChatStreamEvent item in new CohereClient(session).Chat.StreamAsync(ChatJson.Question()))
        {
            text += item;
            if (text == "first")
            {
                received.TrySetResult();
            }
        }

        Assert.Equal("first second", text);
    }

    [Fact]
    public async Task The_last_event_is_returned_when_several_arrive_together()
    {
        using var server = new FaultServer(exchange => Answer.EventStream(stream =>
            stream.ChunkAsync(string.Concat(Enumerable.Repeat(Answer.Event("{}"), exchange.Json.GetProperty("k").GetInt32())) + Answer.Event(ChatJson.End()))));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        for (int count = 100; count < 300; count++)
        {
            List<ChatStreamEvent> events = await chat.StreamAsync(ChatJson.Question() with { K = count }).ToListAsync();

            Assert.Equal(count + 1, events.Count);
            Assert.NotNull(events[^1].Response);
        }

        Assert.Equal(200 * 71, session.GetUsage().Sum(record => record.InputTokens));
    }

    [Fact]
    public async Task The_last_event_is_returned_when_it_arrives_right_after_the_others()
    {
        using var server = new FaultServer(Answer.EventStream(async exchange =>
        {
            await exchange.ChunkAsync(Answer.Event(ChatJson.Start()) + Answer.Event(ChatJson.Text("Hi")));
            await exchange.ChunkAsync(Answer.Event(ChatJson.End()));
        }));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        for (int i = 0; i < 300; i++)
        {
            List<ChatStreamEvent> events = await chat.StreamAsync(ChatJson.Question()).ToListAsync();

            Assert.Equal("Hi", events[^1].Response?.Text);
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task A_stream_can_arrive_byte_by_byte_with_any_line_break_and_with_comments(string lineEnd)
    {
        string text = ": welcome\n\nevent: ping\n\n" + string.Concat(Pieces.Select(piece => $"event: x\nid: 7\n: keep-alive\ndata: {piece}\n\n")) + "data: [DONE]\n\n";
        byte[] bytes = Encoding.UTF8.GetBytes(text.Replace("\n", lineEnd, StringComparison.Ordinal));

        List<ChatStreamEvent> events = await ReadAsync(Answer.EventStream(async exchange =>
        {
            foreach (byte item in bytes)
            {
                await exchange.ChunkAsync(new[] { item });
            }
        }));

        Assert.Equal("Grüße 😀", string.Concat(events));
        Assert.Equal(Pieces.Length, events.Count);
    }

    [Fact]
    public async Task An_end_marker_without_a_last_event_is_not_the_end()
    {
        CohereStreamException exception = await FailAsync(Answer.Events(ChatJson.Start(), ChatJson.ContentStart(), ChatJson.Text("Half of"), "[DONE]"));

        Assert.Equal(ErrorReason.StreamIncomplete, exception.Reason);
        Assert.Equal("Half of", exception.PartialResponse.Text);
    }

    [Fact]
    public async Task A_stream_that_ends_too_early_is_an_error_that_keeps_the_text()
    {
        CohereStreamException exception = await FailAsync(Answer.Events(ChatJson.Start(), ChatJson.ContentStart(), ChatJson.Text("Half "), ChatJson.Text("of")));

        Assert.Equal(ErrorReason.StreamIncomplete, exception.Reason);
        Assert.Equal("Half of", exception.PartialResponse.Text);
        Assert.Equal("c1", exception.PartialResponse.Id);
        Assert.Equal("Chat", exception.Operation);
        Assert.Equal(200, exception.StatusCode);
        Assert.Equal(1, exception.Attempts);
        Assert.Equal("InvalidResult", exception.Category);
    }

    [Fact]
    public async Task A_stream_whose_connection_breaks_is_an_error_that_keeps_the_text()
    {
        CohereStreamException exception = await FailAsync(Answer.BrokenEvents(ChatJson.Start(), ChatJson.ContentStart(), ChatJson.Text("Half of")));

        Assert.Equal(ErrorReason.StreamIncomplete, exception.Reason);
        Assert.Equal("Half of", exception.PartialResponse.Text);
    }

    [Fact]
    public async Task A_stream_that_ends_inside_a_character_keeps_the_text_before_it()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Answer.Event(ChatJson.Text("Half of")) + Answer.Event("""{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Grüße"}}}}"""));
        int cut = bytes.AsSpan().IndexOf((byte)0xC3) + 1;

        CohereStreamException exception = await FailAsync(Answer.EventStream(async exchange =>
        {
            await exchange.ChunkAsync(bytes.AsMemory(0, cut));
            exchange.Close();
        }));

        Assert.Equal(ErrorReason.StreamIncomplete, exception.Reason);
        Assert.Equal("Half of", exception.PartialResponse.Text);
    }

    [Fact]
    public async Task An_event_that_is_not_JSON_is_an_error_that_keeps_the_text()
    {
        CohereStreamException exception = await FailAsync(Answer.Events(ChatJson.Start(), ChatJson.Text("Half of"), "{\"type\":", ChatJson.End()));

        Assert.Equal(ErrorReason.StreamIncomplete, exception.Reason);
        Assert.Equal("Half of", exception.PartialResponse.Text);
    }

    [Theory]
    [InlineData("ERROR", "the model fell over", "the model fell over")]
    [InlineData("ERROR", "", "Error")]
    [InlineData("TIMEOUT", "", "Timeout")]
    [InlineData("COMPLETE", "too late", "too late")]
    public async Task A_failure_in_the_last_event_is_an_error_that_keeps_the_text_and_the_cost(string reason, string error, string expected)
    {
        CohereStreamException exception = await FailAsync(Answer.Events(
            ChatJson.Start(), ChatJson.Text("Half of"), $$"""{"type":"message-end","delta":{"finish_reason":"{{reason}}","error":"{{error}}","usage":{{ChatJson.Usage}}} }"""));

        Assert.Equal(ErrorReason.GenerationFailed, exception.Reason);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Equal("Half of", exception.PartialResponse.Text);
        Assert.Equal(71, exception.PartialResponse.Usage.InputTokens);
        Assert.Equal("Chat", exception.Operation);
        Assert.Equal(200, exception.StatusCode);
        Assert.Equal(1, exception.Attempts);
    }

    [Theory]
    [InlineData("INVALID_TOOL_GENERATION", ErrorReason.InvalidToolGeneration)]
    [InlineData("NO_VALID_RESPONSE_GENERATED", ErrorReason.NoValidResponse)]
    [InlineData("SOMETHING_NEW", ErrorReason.GenerationFailed)]
    public async Task The_type_of_a_failure_in_the_last_event_is_told(string type, ErrorReason reason)
    {
        CohereStreamException exception = await FailAsync(Answer.Events(
            ChatJson.Start(), ChatJson.Text("Half of"), $$$"""{"type":"message-end","delta":{"finish_reason":"ERROR","error":"no good","error_type":"{{{type}}}","usage":{} } }"""));

        Assert.Equal(type, exception.ErrorType);
        Assert.Equal(reason, exception.Reason);
        Assert.EndsWith($": no good. The type of the error is {type}.", exception.Message, StringComparison.Ordinal);
        Assert.Equal("Half of", exception.PartialResponse.Text);
    }

    [Fact]
    public async Task An_HTML_page_instead_of_a_stream_is_an_error()
    {
        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => ReadAsync(Answer.Html(200)));

        Assert.Equal(ErrorReason.InvalidAnswer, exception.Reason);
        Assert.Contains("text/html", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("empty", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_status_for_a_stream_has_its_message()
    {
        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => ReadAsync(Answer.Json("""{"message":"no such model"}""", 404)));

        Assert.Equal(ErrorReason.NotFound, exception.Reason);
        Assert.Contains("no such model", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"type":"content-delta"}""")]
    [InlineData("""{"type":"content-delta","index":null,"delta":null}""")]
    [InlineData("""{"type":"content-delta","delta":{"message":{"content":null}}}""")]
    [InlineData("""{"type":"tool-call-end","index":77}""")]
    [InlineData("""{"type":"tool-call-start","delta":{"message":{"tool_calls":[]}}}""")]
    [InlineData("""{"type":"citation-start","delta":{"message":{"citations":[]}}}""")]
    [InlineData("""{"type":"citation-start","delta":{"message":{"citations":[null]}}}""")]
    public async Task Empty_events_are_ignored(string json)
    {
        List<ChatStreamEvent> events = await ReadAsync(Answer.Events(ChatJson.Start(), json, ChatJson.Text("Hi"), ChatJson.End()));

        Assert.Equal("Hi", events[^1].Response!.Text);
    }

    [Fact]
    public async Task A_last_event_without_usage_costs_nothing()
    {
        List<ChatStreamEvent> events = await ReadAsync(Answer.Events(ChatJson.Text("Hi"), """{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}"""));

        Assert.Equal(0, events[^1].Usage!.InputTokens);
        Assert.Equal("Hi", events[^1].Response!.Text);
    }

    private static async Task<List<ChatStreamEvent>> ReadAsync(Behaviour behaviour)
    {
        using var server = new FaultServer(behaviour);
        using CohereSession session = TestSession.Open(server, timeout: Hang.Limit);
        List<ChatStreamEvent> events = await new CohereClient(session).Chat.StreamAsync(ChatJson.Question()).ToListAsync();
        Assert.Single(server.Requests);
        return events;
    }

    private static Task<CohereStreamException> FailAsync(Behaviour behaviour) => Assert.ThrowsAsync<CohereStreamException>(() => ReadAsync(behaviour));

    /// <summary>Everything that a user can see of an answer.</summary>
    private static string Describe(ChatResponse response) => string.Join("\n",
    [
        response.Id, response.Model, response.FinishReason, response.Text, response.Thinking, response.ToolPlan, response.Message,
        string.Join(";", response.ToolCalls.Select(call => $"{call.Id} {call}")),
        string.Join(";", response.Citations.Select(citation => $"{citation} {citation.Start} {citation.End} {citation.ContentIndex} {citation.Type}")),
        string.Join(";", response.LogProbs.Select(item => $"{item.Text} {string.Join(",", item.TokenIds)} {string.Join(",", item.LogProbs)}")),
        $"{response.Usage} {response.Usage.BilledInputTokens} {response.Usage.BilledOutputTokens} {response.Usage.CachedTokens}",
        string.Join(";", response.History.Select(message => $"{message.Role} {string.Join(",", message.Content.Select(part => $"{part.Type} {part}"))}")),
    ]);
}
