using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ChatRequestTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse("""{"type":"object","properties":{"id":{"type":"integer"}}}""").RootElement;

    /// <summary>A request with all parameters that can be combined.</summary>
    internal static ChatRequest Full => ChatJson.Question("Grüße, 世界 😀 <b>&'\"") with
    {
        Model = "command-x",
        Tools = [new ChatTool("get_event", "Reads an event", Schema)],
        StrictTools = true,
        Documents = [new ChatDocument("plain text"), new ChatDocument(JsonDocument.Parse("""{"title":"T","n":1}""").RootElement, "doc-1")],
        CitationOptions = new ChatCitationOptions(CitationMode.Off),
        SafetyMode = SafetyMode.Off,
        MaxTokens = 100,
        StopSequences = ["END", "\n"],
        Temperature = 0.3,
        Seed = ulong.MaxValue,
        FrequencyPenalty = 0.1,
        PresencePenalty = 0.2,
        K = 5,
        P = 0.75,
        LogProbs = true,
        ToolChoice = ToolChoice.Required,
        Thinking = new ChatThinkingOptions("enabled", 500),
        Priority = 7,
    };

    /// <summary>Messages of every role, with every kind of part.</summary>
    private static ChatRequest Conversation => new()
    {
        Model = "m",
        Messages =
        [
            new ChatMessage(ChatRole.System, "Be brief"),
            new ChatMessage(ChatRole.User, [ChatContent.FromText("What is this?"), ChatContent.FromImage("data:image/png;base64,AA==", ImageDetail.High), ChatContent.FromImage("https://example/x.png")]),
            new ChatMessage(ChatRole.Assistant, [ChatContent.FromThinking("hm")])
            {
                ToolPlan = "I look",
                ToolCalls = [new ToolCall("t1", "get_event", """{"id":4625}""")],
            },
            new ChatMessage(ChatRole.Tool, [ChatContent.FromDocument(new ChatDocument("found")), ChatContent.FromDocument(new ChatDocument(JsonDocument.Parse("""{"a":1}""").RootElement, "d"))]) { ToolCallId = "t1" },
            new ChatMessage(ChatRole.Assistant, "It is"),
        ],
    };

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Arguments_that_the_model_left_out_are_an_empty_object_and_go_back_as_one(string arguments)
    {
        string calling = $$"""{"id":"c1","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_calls":[{"id":"t1","type":"function","function":{"name":"now","arguments":"{{arguments}}"} }]} }""";
        using var server = new FaultServer(Answer.Json(calling), Answer.Json(ChatJson.Response("Noon")));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        ChatResponse response = await chat.SendAsync(ChatJson.Question());
        await chat.SendAsync(new ChatRequest { Messages = response.History });

        ToolCall call = Assert.Single(response.ToolCalls);
        Assert.Equal(arguments, call.RawArguments);
        Assert.Empty(call.Arguments!);
        Assert.Equal("{}", server.Requests[1].Json.GetProperty("messages")[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public async Task Every_parameter_has_the_name_and_format_of_the_API()
    {
        await AssertBodyAsync(Full, """
            {
              "model": "command-x",
              "messages": [{"role": "user", "content": "Grüße, 世界 😀 <b>&'\""}],
              "tools": [{"type": "function", "function": {"name": "get_event", "description": "Reads an event", "parameters": {"type": "object", "properties": {"id": {"type": "integer"}}}}}],
              "strict_tools": true,
              "documents": ["plain text", {"id": "doc-1", "data": {"title": "T", "n": 1}}],
              "citation_options": {"mode": "OFF"},
              "safety_mode": "OFF",
              "max_tokens": 100,
              "stop_sequences": ["END", "\n"],
              "temperature": 0.3,
              "seed": 18446744073709551615,
              "frequency_penalty": 0.1,
              "presence_penalty": 0.2,
              "k": 5,
              "p": 0.75,
              "logprobs": true,
              "tool_choice": "REQUIRED",
              "thinking": {"type": "enabled", "token_budget": 500},
              "priority": 7
            }
            """);
    }

    [Fact]
    public async Task Values_that_are_not_set_are_not_sent()
    {
        await AssertBodyAsync(ChatJson.Question(), $$"""{"model": "{{DefaultModels.Chat}}", "messages": [{"role": "user", "content": "Hello"}]}""");
    }

    [Fact]
    public async Task A_response_format_is_sent_with_its_schema()
    {
        await AssertBodyAsync(
            ChatJson.Question() with { Model = "m", ResponseFormat = new ChatResponseFormat("json_object", Schema) },
            """{"model": "m", "messages": [{"role": "user", "content": "Hello"}], "response_format": {"type": "json_object", "json_schema": {"type": "object", "properties": {"id": {"type": "integer"}}}}}""");
    }

    [Theory]
    [InlineData(SafetyMode.Contextual, CitationMode.Enabled, ToolChoice.None, "CONTEXTUAL", "ENABLED", "NONE")]
    [InlineData(SafetyMode.Strict, CitationMode.Disabled, ToolChoice.Required, "STRICT", "DISABLED", "REQUIRED")]
    [InlineData(SafetyMode.Off, CitationMode.Fast, ToolChoice.Required, "OFF", "FAST", "REQUIRED")]
    [InlineData(SafetyMode.Off, CitationMode.Accurate, ToolChoice.Required, "OFF", "ACCURATE", "REQUIRED")]
    public async Task Enums_are_sent_in_upper_case(SafetyMode safety, CitationMode citations, ToolChoice choice, string expectedSafety, string expectedCitations, string expectedChoice)
    {
        JsonElement body = await SendAsync(ChatJson.Question() with { SafetyMode = safety, CitationOptions = new ChatCitationOptions(citations), ToolChoice = choice });

        Assert.Equal(expectedSafety, body.GetProperty("safety_mode").GetString());
        Assert.Equal(expectedCitations, body.GetProperty("citation_options").GetProperty("mode").GetString());
        Assert.Equal(expectedChoice, body.GetProperty("tool_choice").GetString());
    }

    [Fact]
    public async Task Messages_of_every_role_with_every_part_have_the_format_of_the_API()
    {
        await AssertBodyAsync(Conversation, """
            {
              "model": "m",
              "messages": [
                {"role": "system", "content": "Be brief"},
                {"role": "user", "content": [
                  {"type": "text", "text": "What is this?"},
                  {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "high"}},
                  {"type": "image_url", "image_url": {"url": "https://example/x.png"}}]},
                {"role": "assistant", "tool_plan": "I look",
                  "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "get_event", "arguments": "{\"id\":4625}"}}],
                  "content": [{"type": "thinking", "thinking": "hm"}]},
                {"role": "tool", "tool_call_id": "t1", "content": [
                  {"type": "document", "document": {"data": {"text": "found"}}},
                  {"type": "document", "document": {"id": "d", "data": {"a": 1}}}]},
                {"role": "assistant", "content": "It is"}
              ]
            }
            """);
    }

    [Fact]
    public async Task Text_is_sent_as_UTF_8_without_escapes()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).Chat.SendAsync(ChatJson.Question("Grüße"));

        Assert.True(server.Requests[0].Body.AsSpan().IndexOf("Grüße"u8) > 0);
    }

    [Fact]
    public async Task An_unpaired_surrogate_is_replaced_and_not_an_error()
    {
        JsonElement body = await SendAsync(ChatJson.Question("a\ud83d b\ude00 c"));

        Assert.Equal("a\ufffd b\ufffd c", body.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task The_model_of_the_session_is_used_by_default()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ChatModel = "mine" });

        ChatResponse response = await new CohereClient(session).Chat.SendAsync(ChatJson.Question());

        Assert.Equal("mine", server.Requests[0].Json.GetProperty("model").GetString());
        Assert.Equal("mine", response.Model);
    }

    [Fact]
    public async Task An_answer_can_be_sent_back_as_part_of_the_conversation()
    {
        const string answer = """
            {"id":"c1","finish_reason":"COMPLETE","message":{"role":"assistant","tool_plan":"plan",
             "tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}}],
             "content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"It is so"}],
             "citations":[{"start":0,"end":2,"text":"It","sources":[{"type":"document","id":"d","document":{"id":"d","x":"y"}}],"content_index":1,"type":"TEXT_CONTENT"}]}}
            """;
        using var server = new FaultServer(Answer.Json(answer));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        ChatResponse first = await chat.SendAsync(ChatJson.Question("one"));
        await chat.SendAsync(new ChatRequest { Messages = [.. first.History, new ChatMessage(ChatRole.User, "two")] });

        AssertJson("""
            [{"role": "user", "content": "one"},
             {"role": "assistant", "tool_plan": "plan",
              "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
              "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "It is so"}],
              "citations": [{"start": 0, "end": 2, "text": "It", "sources": [{"type": "document", "id": "d", "document": {"id": "d", "x": "y"}}], "content_index": 1, "type": "TEXT_CONTENT"}]},
             {"role": "user", "content": "two"}]
            """, server.Requests[1].Json.GetProperty("messages"));
    }

    [Fact]
    public async Task Every_request_matches_the_API_description()
    {
        ChatRequest[] requests =
        [
            Full,
            Conversation,
            ChatJson.Question(),
            ChatJson.Question() with { ResponseFormat = new ChatResponseFormat("json_object", Schema) },
            .. Enum.GetValues<SafetyMode>().Select(mode => ChatJson.Question() with { SafetyMode = mode }),
            .. Enum.GetValues<CitationMode>().Select(mode => ChatJson.Question() with { CitationOptions = new ChatCitationOptions(mode) }),
            .. Enum.GetValues<ToolChoice>().Select(choice => ChatJson.Question() with { ToolChoice = choice }),
        ];
        foreach (ChatRequest request in requests)
        {
            Assert.Empty(ApiDescription.Current.RequestErrors("chatv2", await SendAsync(request)));
        }
    }

    [Fact]
    public async Task Every_request_for_a_stream_matches_the_API_description()
    {
        using var server = new FaultServer(Answer.Events(ChatJson.Events("Hi")));
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).Chat.StreamAsync(Full).ToListAsync();

        Assert.Empty(ApiDescription.Current.RequestErrors("chatv2", server.Requests[0].Json));
    }

    private static async Task<JsonElement> SendAsync(ChatRequest request)
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);
        await new CohereClient(session).Chat.SendAsync(request);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v2/chat", $"{sent.Method} {sent.Target}");
        return sent.Json;
    }

    private static async Task AssertBodyAsync(ChatRequest request, string expected)
    {
        AssertJson(expected, await SendAsync(request));

        using var server = new FaultServer(Answer.Events(ChatJson.Events("Hi")));
        using CohereSession session = TestSession.Open(server);
        await new CohereClient(session).Chat.StreamAsync(request).ToListAsync();
        JsonElement streamed = server.Requests[0].Json;
        Assert.True(streamed.GetProperty("stream").GetBoolean());
        Assert.Equal("text/event-stream", server.Requests[0].Headers["Accept"]);
        AssertJson(expected, JsonSerializer.SerializeToElement(streamed.EnumerateObject().Where(property => property.Name != "stream").ToDictionary(property => property.Name, property => property.Value)));
    }

    private static void AssertJson(string expected, JsonElement actual) =>
        Assert.Equal(Canonical(JsonDocument.Parse(expected).RootElement), Canonical(actual));

    /// <summary>Sorts fields by name, because their order doesn't matter in JSON.</summary>
    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",\n", element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal).Select(property => property.Name + ":" + Canonical(property.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(",", element.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.String => "'" + element.GetString() + "'",
        _ => element.GetRawText(),
    };
}
