using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Chat, embed and rerank of v1.</summary>
public sealed class V1Tests
{
    private const string Tools = """
        "tools":[{"name":"get_weather","description":"Gets the weather of a city","parameter_definitions":{"city":{"type":"str","description":"The city","required":true}}}]
        """;

    private const string Question = "\"message\":\"What is the weather in Toronto?\"";
    private const string Results = """
        "tool_results":[{"call":{"name":"get_weather","parameters":{"city":"Toronto"}},"outputs":[{"weather":"Rain in Toronto","degrees":12}]}]
        """;

    private const string Documents = """
        "message":"How long are logs kept?","documents":[{"text":"Security logs are kept for 400 days."},{"id":"own","text":"Backups are kept for 35 days."}]
        """;

    public static TheoryData<string> Requests => new(
        "\"message\":\"hello\"",
        "\"message\":\"hello\",\"preamble\":\"Be brief.\",\"chat_history\":[{\"role\":\"USER\",\"message\":\"a\"},{\"role\":\"CHATBOT\",\"message\":\"b\"}],\"temperature\":0.5,\"conversation_id\":\"c\",\"prompt_truncation\":\"AUTO\"",
        Documents,
        Documents + ",\"citation_quality\":\"OFF\"",
        Question + "," + Tools,
        Question + "," + Tools + "," + Results,
        "\"message\":\"A JSON object\",\"response_format\":{\"type\":\"json_object\",\"schema\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}}",
        "\"message\":\"in 50 words\",\"max_tokens\":5,\"safety_mode\":\"NONE\"");

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_stream_ends_with_the_answer_that_the_same_request_gets_without_a_stream(string fields)
    {
        using JsonDocument body = JsonDocument.Parse("{" + fields + "}");
        Assert.Empty(ApiDescription.Current.RequestErrors("chat", body.RootElement));
        using EmulatedAnswer whole = await ChatAsync(fields);
        using EmulatedAnswer streamed = await ChatAsync(fields + ",\"stream\":true");
        JsonElement[] events = [.. streamed.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement end = events[^1];

        Assert.Equal(200, whole.Status);
        Assert.Equal("application/stream+json", streamed.ContentType);
        Assert.Equal("stream-start", Type(events[0]));
        Assert.All(events, one => Assert.Equal(Type(one) == "stream-end", one.GetProperty("is_finished").GetBoolean()));
        Assert.Equal("stream-end", Type(end));
        Assert.Equal(WithoutIds(whole.Json), WithoutIds(end.GetProperty("response")));
        Assert.Equal(
            whole.Json.Text("text"),
            string.Concat(events.Where(one => Type(one) is "text-generation" or "tool-calls-chunk" && one.TryGetProperty("text", out _)).Select(one => one.Text("text"))));

        // The description has these events, but they aren't in its list of types.
        Assert.All(
            events.Where(one => !Type(one).StartsWith("tool-calls-", StringComparison.Ordinal)),
            one => Assert.Empty(ApiDescription.Current.SchemaErrors("StreamedChatResponse", one)));
        Assert.Empty(ApiDescription.Current.SchemaErrors("NonStreamedChatResponse", whole.Json));
        Assert.Equal("1", whole.Json.GetProperty("meta").GetProperty("api_version").Text("version"));
    }

    [Fact]
    public async Task Citations_name_documents_that_the_answer_returns_whole()
    {
        using EmulatedAnswer answer = await ChatAsync(Documents.Replace("days.\"},", "days.\",\"_excludes\":[\"owner\"],\"owner\":\"Ada\"},", StringComparison.Ordinal));
        JsonElement citation = answer.Json.GetProperty("citations")[0];
        JsonElement document = answer.Json.GetProperty("documents")[0];

        Assert.Equal("doc_0", citation.GetProperty("document_ids")[0].GetString());
        Assert.Equal("""{"text":"Security logs are kept for 400 days.","_excludes":["owner"],"owner":"Ada","id":"doc_0"}""", document.GetRawText());
        int start = citation.GetProperty("start").GetInt32();
        Assert.Equal(citation.Text("text"), answer.Json.Text("text")[start..citation.GetProperty("end").GetInt32()]);
    }

    [Fact]
    public async Task A_tool_is_called_and_its_result_is_cited()
    {
        using EmulatedAnswer asked = await ChatAsync(Question + "," + Tools);
        using EmulatedAnswer answered = await ChatAsync(Question + "," + Tools + "," + Results);

        Assert.Equal("""[{"name":"get_weather","parameters":{"city":"Toronto"}}]""", asked.Json.GetProperty("tool_calls").GetRawText());
        Assert.Equal("COMPLETE", asked.Json.Text("finish_reason"));
        Assert.Equal("12", answered.Json.GetProperty("documents")[0].Text("degrees"));
        Assert.Equal(["USER", "TOOL", "CHATBOT"], answered.Json.GetProperty("chat_history").EnumerateArray().Select(turn => turn.Text("role")));
    }

    [Fact]
    public async Task The_calls_in_the_history_get_the_results_in_their_order()
    {
        const string Call = "\"call\":{\"name\":\"get_weather\",\"parameters\":{}}";
        using EmulatedAnswer answer = await ChatAsync(
            "\"message\":\"\"," + Tools + ",\"chat_history\":[{\"role\":\"USER\",\"message\":\"The weather of Rome and Oslo\"},{\"role\":\"CHATBOT\",\"message\":\"\",\"tool_calls\":[{\"name\":\"get_weather\",\"parameters\":{}},{\"name\":\"get_weather\",\"parameters\":{}}]}]"
            + ",\"tool_results\":[{" + Call + ",\"outputs\":[{\"city\":\"Rome\"}]},{" + Call + ",\"outputs\":[{\"city\":\"Oslo\"}]}]");
        Assert.Equal(200, answer.Status);
        Assert.Contains("Rome", answer.Json.Text("text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"message\":\"\"", 400, "message must be at least 1 token long or tool results must be specified.")]
    [InlineData("\"message\":\"a\",\"connectors\":[{\"id\":\"web-search\"}]", 400, "connectors were removed on September 15, 2025.")]
    [InlineData("\"message\":\"a\",\"search_queries_only\":true", 400, "search_queries_only was removed on September 15, 2025.")]
    [InlineData("\"message\":\"a\",\"model\":\"command-a-reasoning-08-2025\"", 400, "this model is not supported with '/v1/chat', please use '/v2/chat' instead.")]
    [InlineData("\"message\":\"a\",\"model\":\"nope\"", 404, "model 'nope'")]
    [InlineData("\"message\":\"a\",\"messages\":[]", 422, "parameter 'messages' is not a valid field")]
    [InlineData("\"message\":\"a\",\"chat_history\":[{\"role\":\"BOT\",\"message\":\"a\"}]", 400, "must be one of CHATBOT, SYSTEM, TOOL, USER - received 'BOT'")]
    [InlineData("\"message\":\"a\",\"documents\":[null]", 422, "parameter documents[0] is of type null but should be of type object")]
    [InlineData("\"message\":\"a\",\"chat_history\":[null]", 400, "chat_history[0].role is required.")]
    [InlineData("\"message\":\"a\",\"tools\":[null]", 400, "must consist of letters, digits and underscores")]
    [InlineData("\"message\":\"a\",\"tool_results\":[null]", 400, "tool_results[0].call.name is required.")]
    [InlineData("\"message\":7", 422, "parameter message is of type number but should be of type string")]
    public async Task A_request_that_the_service_refuses_is_refused(string fields, int status, string message)
    {
        using EmulatedAnswer answer = await ChatAsync(fields);
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.True(answer.Json.TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Roles_are_accepted_in_mixed_case_as_LangChain_sends_them()
    {
        using EmulatedAnswer answer = await ChatAsync("\"message\":\"c\",\"chat_history\":[{\"role\":\"User\",\"message\":\"a\"},{\"role\":\"Chatbot\",\"message\":\"b\"}]");
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_client_can_ask_for_server_sent_events()
    {
        using HttpClient client = EmulatedAnswer.Client();
        client.DefaultRequestHeaders.Add("Accepts", "text/event-stream");
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", "/v1/chat", """{"message":"hello","stream":true}""");
        Assert.Equal("text/event-stream", answer.ContentType);
        Assert.StartsWith("event: stream-start\ndata: {", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("}\n\n", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_a_stream_ends_it()
    {
        using EmulatedAnswer streamed = await ChatAsync("\"message\":\"emulate:error\",\"stream\":true");
        using JsonDocument end = JsonDocument.Parse(streamed.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.Equal("ERROR", end.RootElement.Text("finish_reason"));
    }

    [Fact]
    public async Task Embed_returns_only_numbers_without_formats()
    {
        using EmulatedAnswer numbers = await EmulatedAnswer.ToAsync("POST", "/v1/embed", """{"texts":["a"],"input_type":"search_query","truncate":null}""");
        using EmulatedAnswer types = await EmulatedAnswer.ToAsync("POST", "/v1/embed", """{"texts":["a"],"input_type":"search_query","embedding_types":["float"]}""");
        using EmulatedAnswer v2 = await EmulatedAnswer.ToAsync("POST", "/v2/embed", """{"model":"embed-v4.0","texts":["a"],"input_type":"search_query"}""");

        Assert.Equal("embeddings_floats", numbers.Json.Text("response_type"));
        Assert.Equal(v2.Json.GetProperty("embeddings").GetProperty("float").GetRawText(), numbers.Json.GetProperty("embeddings").GetRawText());
        Assert.Equal(["id", "texts", "embeddings", "meta", "response_type"], types.Json.EnumerateObject().Select(property => property.Name));
        Assert.Empty(ApiDescription.Current.ResponseErrors("embed", 200, numbers.Json));
        Assert.Empty(ApiDescription.Current.ResponseErrors("embed", 200, types.Json));
        Assert.Equal(["1"], numbers.Headers.GetValues("num_chars"));
    }

    [Fact]
    public async Task Rerank_reads_objects_and_can_return_them()
    {
        const string Objects = "\"documents\":[{\"title\":\"a dog\",\"text\":\"-\"},{\"title\":\"a cat\",\"text\":\"-\",\"page\":\"7\"}],\"query\":\"cat\"";
        using EmulatedAnswer ranked = await EmulatedAnswer.ToAsync("POST", "/v1/rerank", "{" + Objects + ",\"rank_fields\":[\"title\",\"text\"],\"return_documents\":true,\"top_n\":1,\"max_chunks_per_doc\":null}");
        using EmulatedAnswer texts = await EmulatedAnswer.ToAsync("POST", "/v1/rerank", """{"documents":["a dog","a cat"],"query":"cat","model":"rerank-v3.5","return_documents":true}""");
        using EmulatedAnswer plain = await EmulatedAnswer.ToAsync("POST", "/v1/rerank", """{"documents":["a dog","a cat"],"query":"cat","model":"rerank-v3.5"}""");

        Assert.Equal("""{"title":"a cat","text":"-","page":"7"}""", ranked.Json.GetProperty("results")[0].GetProperty("document").GetRawText());
        Assert.Equal("""{"text":"a cat"}""", texts.Json.GetProperty("results")[0].GetProperty("document").GetRawText());
        Assert.False(plain.Json.GetProperty("results")[0].TryGetProperty("document", out _));
        Assert.Equal("1", plain.Json.GetProperty("meta").GetProperty("api_version").Text("version"));
        Assert.Empty(ApiDescription.Current.ResponseErrors("rerank", 200, plain.Json));
    }

    private static Task<EmulatedAnswer> ChatAsync(string fields) => EmulatedAnswer.ToAsync("POST", "/v1/chat", "{" + fields + "}");

    private static string Type(JsonElement one) => one.Text("event_type");

    // The ids are those of the request.
    private static IReadOnlyList<string> WithoutIds(JsonElement answer) =>
        [.. answer.EnumerateObject().Where(property => property.Name is not ("response_id" or "generation_id")).Select(property => property.ToString())];
}
