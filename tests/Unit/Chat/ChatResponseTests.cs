using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ChatResponseTests
{
    [Theory]
    [InlineData("\ud83d\ude00 is fine", 2, 4, "is", 3, 5)]
    [InlineData("plain is fine", 6, 8, "is", 6, 8)]
    [InlineData("\ud83d\ude00 is fine", 3, 5, "is", 3, 5)]
    [InlineData("no such words", 40, 42, "is", 40, 42)]
    public async Task Citations_count_dotnet_characters_and_are_sent_back_as_received(string text, int start, int end, string cited, int expectedStart, int expectedEnd)
    {
        using var server = new FaultServer(Answer.Json($$$"""
            {"id":"i","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":{{{JsonSerializer.Serialize(text)}}}}],
             "citations":[{"start":{{{start}}},"end":{{{end}}},"text":"{{{cited}}}","sources":[],"type":"TEXT_CONTENT"}]}}
            """));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        ChatResponse response = await chat.SendAsync(ChatJson.Question());
        await chat.SendAsync(new ChatRequest { Messages = [.. response.History, new ChatMessage(ChatRole.User, "and?")] });

        Citation citation = Assert.Single(response.Citations);
        Assert.Equal((expectedStart, expectedEnd), (citation.Start, citation.End));
        JsonElement sent = JsonDocument.Parse(server.Requests[1].Body).RootElement.GetProperty("messages")[1].GetProperty("citations")[0];
        Assert.Equal((start, end), (sent.GetProperty("start").GetInt32(), sent.GetProperty("end").GetInt32()));
    }

    [Fact]
    public async Task An_answer_has_everything_that_the_API_returns()
    {
        ChatResponse response = await AskAsync($$"""
            {"id":"c1","finish_reason":"TOOL_CALL","future":{"x":1},
             "message":{"role":"assistant","tool_plan":"I look it up","future":[1],
              "content":[{"type":"thinking","thinking":"Let me see"},{"type":"text","text":"Grüße "},{"type":"text","text":"😀"}],
              "tool_calls":[{"id":"t1","type":"function","function":{"name":"get","arguments":"{\"id\":4625,\"deep\":{\"a\":[1.5,true,null]} }"} },
                            {"id":"t2","type":"function","function":{"name":"get","arguments":"{broken"} },
                            {"id":"t3","type":"function","function":{"name":"get","arguments":"[1]"} }],
              "citations":[{"start":0,"end":5,"text":"Grüße","content_index":1,"type":"TEXT_CONTENT",
                "sources":[{"type":"document","id":"d1","document":{"id":"d1","title":"T","n":3} },{"type":"tool","id":"t1:0","tool_output":{"ok":true} }]}]},
             "usage":{{ChatJson.Usage}},
             "logprobs":[{"text":"Gr","token_ids":[1,2],"logprobs":[-0.5,-1]},{"token_ids":[3]}]}
            """);

        Assert.Equal("c1", response.Id);
        Assert.Equal("Grüße 😀", response.Text);
        Assert.Equal("Grüße 😀", response.ToString());
        Assert.Equal("Let me see", response.Thinking);
        Assert.Equal("I look it up", response.ToolPlan);
        Assert.Equal(ChatFinishReason.ToolCall, response.FinishReason);
        Assert.Equal("Hello", response.Message);
        Assert.Equal(DefaultModels.Chat, response.Model);
        Assert.True(response.Elapsed > TimeSpan.Zero);

        Assert.Equal(["t1", "t2", "t3"], response.ToolCalls.Select(call => call.Id));
        Assert.Equal(4625L, response.ToolCalls[0].Arguments!["id"]);
        Assert.Equal("""{"id":4625,"deep":{"a":[1.5,true,null]} }""", response.ToolCalls[0].RawArguments);
        Assert.Null(response.ToolCalls[1].Arguments);
        Assert.Equal("{broken", response.ToolCalls[1].RawArguments);
        Assert.Null(response.ToolCalls[2].Arguments);

        Citation citation = Assert.Single(response.Citations);
        Assert.Equal((0, 5, "Grüße", 1, "TEXT_CONTENT"), (citation.Start, citation.End, citation.Text, citation.ContentIndex, citation.Type));
        Assert.Equal(["d1", "t1:0"], citation.Sources.Select(source => source.Id));
        Assert.Equal("T", citation.Sources[0].Document!["title"]);
        Assert.Equal(3L, citation.Sources[0].Document!["n"]);
        Assert.Null(citation.Sources[0].ToolOutput);
        Assert.Equal(true, citation.Sources[1].ToolOutput!["ok"]);

        Assert.Equal((71m, 9m, 64m, 5m, 7m), (response.Usage.InputTokens, response.Usage.OutputTokens, response.Usage.CachedTokens, response.Usage.BilledInputTokens, response.Usage.BilledOutputTokens));
        Assert.Equal("Gr", response.LogProbs[0].Text);
        Assert.Equal([1, 2], response.LogProbs[0].TokenIds);
        Assert.Equal([-0.5, -1], response.LogProbs[0].LogProbs);
        Assert.Empty(response.LogProbs[1].LogProbs);
    }

    [Theory]
    [InlineData("COMPLETE", ChatFinishReason.Complete)]
    [InlineData("STOP_SEQUENCE", ChatFinishReason.StopSequence)]
    [InlineData("MAX_TOKENS", ChatFinishReason.MaxTokens)]
    [InlineData("TOOL_CALL", ChatFinishReason.ToolCall)]
    [InlineData("SOMETHING_NEW", ChatFinishReason.Unknown)]
    public async Task An_answer_has_its_finish_reason(string name, ChatFinishReason expected)
    {
        Assert.Equal(expected, (await AskAsync(ChatJson.Response("Hi", name))).FinishReason);
    }

    [Theory]
    [InlineData("""{"message":{}}""")]
    [InlineData("""{"id":null,"finish_reason":null,"usage":null,"logprobs":null,"message":{"role":null,"content":null,"tool_calls":null,"citations":null,"tool_plan":null}}""")]
    [InlineData("""{"message":{"content":[]},"usage":{"tokens":null,"billed_units":null}}""")]
    [InlineData("""{"message":{"content":[{"type":"text"}],"tool_calls":[],"citations":[{"start":0,"end":0,"sources":null}]},"usage":{"tokens":{},"billed_units":{"input_tokens":null}}}""")]
    public async Task Values_that_a_response_leaves_out_are_empty(string json)
    {
        ChatResponse response = await AskAsync(json);

        Assert.Equal(string.Empty, response.Text);
        Assert.Null(response.Thinking);
        Assert.Empty(response.ToolCalls);
        Assert.Equal(0, response.Usage.InputTokens);
        Assert.Equal(ChatFinishReason.Unknown, response.FinishReason);
        Assert.Equal(2, response.History.Count);
    }

    [Theory]
    [InlineData("""{"message":{"tool_calls":[null],"content":[null,{"type":"text","text":"Hi"}],"citations":[null]},"logprobs":[null]}""")]
    [InlineData("""{"message":{"content":[{"type":"text","text":"Hi"},{"type":"future","data":1}]}}""")]
    public async Task Empty_items_are_skipped(string json)
    {
        ChatResponse response = await AskAsync(json);

        Assert.Equal("Hi", response.Text);
        Assert.Empty(response.ToolCalls);
        Assert.Empty(response.Citations);
        Assert.Empty(response.LogProbs);
    }

    [Fact]
    public async Task Sources_refer_to_the_objects_of_documents_and_tool_results()
    {
        object named = new();
        object numbered = new();
        object outcome = new();
        using var server = new FaultServer(Answer.Json("""
            {"id":"i","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"Hi"}],
             "citations":[{"start":0,"end":2,"text":"Hi","sources":[{"type":"document","id":"a"},{"type":"document","id":"doc:1"},{"type":"tool","id":"t1:0"},{"type":"document","id":"other"},{"type":"document"}]}]}}
            """));
        using CohereSession session = TestSession.Open(server);

        ChatResponse response = await new CohereClient(session).Chat.SendAsync(new ChatRequest
        {
            Documents = [new ChatDocument("A", "a") { InputObject = named }, new ChatDocument("B") { InputObject = numbered }],
            Messages =
            [
                new ChatMessage(ChatRole.Tool, [ChatContent.FromDocument(new ChatDocument("C") { InputObject = outcome })]) { ToolCallId = "t1" },
                new ChatMessage(ChatRole.User, "q"),
            ],
        });

        Assert.Equal([named, numbered, outcome, null, null], response.Citations[0].Sources.Select(source => source.InputObject));
        Assert.DoesNotContain("object", System.Text.Encoding.UTF8.GetString(server.Requests[0].Body), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_history_is_the_conversation_followed_by_the_answer()
    {
        ChatResponse response = await AskAsync(ChatJson.Response("Hi"));

        Assert.Equal(["User: Hello", "Assistant: Hi"], response.History.Select(message => $"{message.Role}: {message}"));
    }

    [Theory]
    [InlineData("ERROR")]
    [InlineData("TIMEOUT")]
    public async Task A_generation_that_failed_is_an_error_that_keeps_the_text(string reason)
    {
        CohereStreamException exception = await Assert.ThrowsAsync<CohereStreamException>(() => AskAsync(ChatJson.Response("Half of", reason)));

        Assert.Equal(ErrorReason.GenerationFailed, exception.Reason);
        Assert.Equal("Half of", exception.PartialResponse.Text);
        Assert.Equal(71, exception.PartialResponse.Usage.InputTokens);
        Assert.Equal("Chat", exception.Operation);
        Assert.Equal(1, exception.Attempts);
    }

    private static async Task<ChatResponse> AskAsync(string json)
    {
        using var server = new FaultServer(Answer.Json(json));
        using CohereSession session = TestSession.Open(server);
        return await new CohereClient(session).Chat.SendAsync(ChatJson.Question());
    }
}
