using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>
/// Answers in the form of the recorded ones, with texts of our own: a clone without recordings tests each kind of fact too.
/// </summary>
public sealed class OwnAnswersTests
{
    private const string Usage = """{"billed_units":{"input_tokens":5,"output_tokens":7,"image_tokens":3},"tokens":{"input_tokens":71,"output_tokens":9,"reasoning_tokens":29,"image_tokens":259},"cached_tokens":64}""";
    private const string Citation = """{"start":4,"end":10,"text":"folder","sources":[{"type":"document","id":"doc:0","document":{"id":"doc:0","text":"Use the folder.","title":"howto.txt"}},{"type":"tool","id":"t1:0","tool_output":{"content":"[1, 2]"}}],"type":"TEXT_CONTENT"}""";
    private const string Call = """{"id":"now_x1","type":"function","function":{"name":"now","arguments":"null"}}""";

    private static readonly Dictionary<string, RecordedExchange> Answers = new()
    {
        ["answer with thinking and citations"] = Chat($$"""{"id":"c1","message":{"role":"assistant","content":[{"type":"thinking","thinking":"Where?"},{"type":"text","text":"The folder."}],"citations":[{{Citation}}]},"finish_reason":"COMPLETE","usage":{{Usage}}}"""),
        ["tool calls without arguments"] = Chat($$"""{"id":"c2","message":{"role":"assistant","tool_plan":"I look at the clock.","tool_calls":[{{Call}},{{Call.Replace("now_x1", "now_x2", System.StringComparison.Ordinal)}}]},"finish_reason":"TOOL_CALL","usage":{{Usage}}}"""),
        ["stop sequence"] = Chat($$"""{"id":"c3","message":{"role":"assistant","content":[{"type":"text","text":"One, two"}]},"finish_reason":"STOP_SEQUENCE","usage":{{Usage}}}"""),
        ["warning in a header"] = Chat($$"""{"id":"c4","message":{"role":"assistant","content":[{"type":"text","text":"Hi"}]},"finish_reason":"MAX_TOKENS","usage":{{Usage}}}""", 200, ("x-api-warning", "the model 'm' is deprecated")),
        ["refused key"] = Chat("""{"id":"e0","message":"invalid api token"}""", 401, ("x-debug-trace-id", "trace-1")),
        ["invalid tool call"] = Chat("""{"error_type":"INVALID_TOOL_GENERATION","id":"e1","message":"the tool call isn't valid"}""", 422, ("x-debug-trace-id", "trace-2")),
        ["no valid answer"] = Chat("""{"error_type":"NO_VALID_RESPONSE_GENERATED","id":"e2","message":"nothing valid was written"}""", 422),
        ["stream of an answer"] = Stream(
            """{"id":"s1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""",
            """{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}""",
            """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"Wo "}}}}""",
            """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"ist es?"}}}}""",
            """{"type":"content-end","index":0}""",
            """{"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}""",
            """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"The fol"}}}}""",
            """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"der. Grüße 😀"}}}}""",
            $$"""{"type":"citation-start","index":0,"delta":{"message":{"citations":{{Citation}}} } }""",
            """{"type":"citation-end","index":0}""",
            """{"type":"content-end","index":1}""",
            $$"""{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{{Usage}}} }"""),
        ["stream of tool calls"] = Stream(
            """{"id":"s2","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""",
            """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I add"}}}""",
            """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":" them."}}}""",
            """{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"add_1","type":"function","function":{"name":"add","arguments":""}}}}}""",
            """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\":"}}}}}""",
            """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":" 2}"}}}}}""",
            """{"type":"tool-call-end","index":0}""",
            """{"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"id":"now_2","type":"function","function":{"name":"now","arguments":"null"}}}}}""",
            """{"type":"tool-call-end","index":1}""",
            $$"""{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{{Usage}}} }"""),
        ["stream that ends with an error"] = Stream(
            """{"id":"s3","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""",
            """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I try"}}}""",
            """{"type":"message-end","delta":{"finish_reason":"ERROR","usage":{},"error":"the tool call isn't valid","error_type":"INVALID_TOOL_GENERATION"}}"""),
        ["embeddings"] = Of("/v2/embed", """{"id":"m1","embeddings":{"float":[[0.25,-1],[1,0.5]],"int8":[[3,-4],[5,6]]},"texts":["one","two"],"meta":{"api_version":{"version":"2"},"billed_units":{"input_tokens":2,"image_tokens":259}},"response_type":"embeddings_by_type"}"""),
        ["ranking"] = Of("/v2/rerank", """{"id":"r1","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.02}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1}}}"""),
        ["warning beside the cost"] = Of("/v2/rerank", """{"id":"r2","results":[{"index":0,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1},"warnings":["the document 0 was cut"]}}"""),
        ["tokens"] = Of("/v1/tokenize", """{"tokens":[34313,19],"token_strings":["hello",","],"meta":{"api_version":{"version":"1"}}}"""),
        ["model"] = new("GET", "/v1/models/m-1", default, 200, new Dictionary<string, string>(), """{"name":"m-1","endpoints":["chat"],"finetuned":false,"context_length":256000,"tokenizer_url":"https://example.com/t.json","features":["tools","vision"],"default_endpoints":["chat"]}"""),
    };

    public static TheoryData<string> All => [.. Answers.Keys];

    public static TheoryData<string, Pieces> Streams
    {
        get
        {
            var data = new TheoryData<string, Pieces>();
            foreach (string name in Answers.Where(answer => answer.Value.IsStream).Select(answer => answer.Key))
            {
                data.Add(name, Pieces.Events);
                data.Add(name, Pieces.SevenBytes);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Everything_that_an_answer_says_reaches_the_object(string name) => Assert.Empty(await Replay.MissingAsync(Answers[name]));

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_stream_in_pieces_is_read_like_a_whole_one(string name, Pieces pieces) => Assert.Empty(await Replay.MissingAsync(Answers[name], pieces));

    /// <summary>Otherwise the comparison could be empty.</summary>
    [Fact]
    public async Task A_fact_that_does_not_reach_the_object_is_named()
    {
        RecordedExchange answer = Chat("""{"id":"c1","future":"gold","message":{"role":"assistant","content":[{"type":"text","text":"Hi"}]},"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":1,"future_tokens":4711}}}""");

        Assert.Equal(["future = gold (0 of 1)", "usage.tokens.future_tokens = 4711 (0 of 1)"], await Replay.MissingAsync(answer));
    }

    private static RecordedExchange Chat(string body, int status = 200, params (string Name, string Value)[] headers) => Of("/v2/chat", body, status, headers);

    private static RecordedExchange Of(string path, string body, int status = 200, params (string Name, string Value)[] headers) =>
        new("POST", path, default, status, headers.ToDictionary(header => header.Name, header => header.Value), body);

    private static RecordedExchange Stream(params string[] events) => new(
        "POST",
        "/v2/chat",
        default,
        200,
        new Dictionary<string, string> { ["content-type"] = "text/event-stream" },
        string.Concat(events.Select(data => $"event: {JsonDocument.Parse(data).RootElement.GetProperty("type").GetString()}\ndata: {data}\n\n")) + "data: [DONE]\n\n");
}
