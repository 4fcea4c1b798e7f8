using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>The content and the end of chat answers.</summary>
public sealed class ChatAnswerTests
{
    [Theory]
    [InlineData("Hello there")]
    [InlineData("Grüße aus Łódź")]
    [InlineData("日本語 🎉 👩‍👩‍👧")]
    public async Task An_answer_shows_that_the_message_was_read(string message)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(message);
        Assert.StartsWith($"You said: \"{message}\".", answer.Text, StringComparison.Ordinal);
        Assert.Equal("COMPLETE", answer.FinishReason);
    }

    [Fact]
    public async Task A_later_turn_refers_to_an_earlier_one()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(
            "", """ "messages":[{"role":"user","content":"I am Ada"},{"role":"assistant","content":"Hello"},{"role":"user","content":"Who am I?"}] """);
        Assert.Contains("turn 2", answer.Text, StringComparison.Ordinal);
        Assert.Contains("I am Ada", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_are_counted_and_named()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("", """
            "model":"command-a-vision-07-2025","messages":[{"role":"user","content":[{"type":"text","text":"Look"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAAAA=="}},
            {"type":"image_url","image_url":{"url":"https://example.com/a.jpg"}}]}]
            """);
        Assert.Contains("You sent 2 images: image/png of 4 bytes, https://example.com/a.jpg.", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task Max_tokens_ends_an_answer_that_would_be_longer(int max)
    {
        using EmulatedAnswer full = await EmulatedAnswer.ToChatAsync("Why is that?");
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Why is that?", "\"max_tokens\":" + max.ToString(CultureInfo.InvariantCulture));

        Assert.Equal("MAX_TOKENS", answer.FinishReason);
        Assert.Equal(max, OutputTokens(answer));
        Assert.StartsWith(answer.Text, full.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sufficient_max_tokens_changes_nothing()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Why?", "\"max_tokens\":4000");
        Assert.Equal("COMPLETE", answer.FinishReason);
    }

    [Fact]
    public async Task An_answer_ends_before_the_first_stop_sequence()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Why?", """ "stop_sequences":["never there","emulator","answers"] """);
        Assert.Equal("STOP_SEQUENCE", answer.FinishReason);
        Assert.EndsWith("I am an ", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_sequence_beyond_the_last_token_does_not_count()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Why?", """ "stop_sequences":["answers"],"max_tokens":3 """);
        Assert.Equal("MAX_TOKENS", answer.FinishReason);
    }

    [Fact]
    public async Task An_answer_has_the_requested_number_of_words()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Write a story in 300 words.");
        Assert.Equal(300, answer.Text.Split(' ').Length);
    }

    [Fact]
    public async Task Input_and_output_are_billed_in_the_same_way_and_tokens_are_more()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("one two three", "\"max_tokens\":4");
        JsonElement usage = Usage(answer);
        Assert.Equal("""{"input_tokens":3,"output_tokens":4}""", usage.GetProperty("billed_units").GetRawText());
        Assert.Equal("""{"input_tokens":498,"output_tokens":5}""", usage.GetProperty("tokens").GetRawText());
    }

    [Fact]
    public async Task Thinking_comes_before_the_text_and_within_its_budget()
    {
        using EmulatedAnswer full = await EmulatedAnswer.ToChatAsync("Why?", """ "thinking":{"type":"enabled"} """);
        using EmulatedAnswer cut = await EmulatedAnswer.ToChatAsync("Why?", """ "thinking":{"type":"enabled","token_budget":3} """);

        Assert.Equal("thinking", full.Json.GetProperty("message").GetProperty("content")[0].GetProperty("type").GetString());
        Assert.Equal("The user wants", cut.Blocks("thinking").Single());
        Assert.Equal(full.Text, cut.Text);
    }

    [Fact]
    public async Task A_reasoning_model_thinks_unless_thinking_is_disabled()
    {
        using EmulatedAnswer on = await EmulatedAnswer.ToChatAsync("Why?", """ "model":"command-a-reasoning-08-2025" """);
        using EmulatedAnswer off = await EmulatedAnswer.ToChatAsync("Why?", """ "model":"command-a-reasoning-08-2025","thinking":{"type":"disabled"} """);

        Assert.Single(on.Blocks("thinking"));
        Assert.Empty(off.Blocks("thinking"));
    }

    [Fact]
    public async Task Logprobs_cover_the_text_token_by_token()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Why?", "\"logprobs\":true");
        JsonElement[] items = [.. answer.Json.GetProperty("logprobs").EnumerateArray()];

        Assert.Equal(answer.Text, string.Concat(items.Select(item => item.GetProperty("text").GetString())));
        Assert.All(items, item => Assert.True(item.GetProperty("logprobs")[0].GetDouble() < 0));
    }

    [Theory]
    [InlineData("emulate:error", "ERROR", 500)]
    [InlineData("emulate:timeout", "TIMEOUT", 504)]
    [InlineData("emulate:invalid-tool", "ERROR", 422, "INVALID_TOOL_GENERATION", "your request resulted in an invalid tool generation. Try updating the messages or tool definitions")]
    [InlineData("emulate:no-response", "ERROR", 422, "NO_VALID_RESPONSE_GENERATED", "No valid response generated. Try updating the messages or tool definitions")]
    public async Task A_message_can_request_a_failure(string hook, string reason, int status, string? type = null, string? message = null)
    {
        using EmulatedAnswer whole = await EmulatedAnswer.ToChatAsync("please " + hook);
        using EmulatedAnswer stream = await ChatConformityTests.StreamAsync("please " + hook, "");
        JsonElement end = stream.Events[^1];

        Assert.Equal(status, whole.Status);
        Assert.Equal(200, stream.Status);
        Assert.Equal("message-end", ChatConformityTests.Type(end));
        Assert.Equal(reason, end.GetProperty("delta").GetProperty("finish_reason").GetString());
        Assert.Equal(whole.Message, end.GetProperty("delta").GetProperty("error").GetString());
        Assert.Equal(type, Type(whole.Json));
        Assert.Equal(type, Type(end.GetProperty("delta")));
        Assert.Equal("{}", end.GetProperty("delta").GetProperty("usage").GetRawText());
        Assert.Equal(message ?? whole.Message, whole.Message);
    }

    [Fact]
    public async Task A_tool_call_that_fails_comes_after_its_plan()
    {
        using EmulatedAnswer stream = await ChatConformityTests.StreamAsync("What is the weather in Riga? emulate:invalid-tool", $"\"tools\":[{ChatSamples.WeatherTool}]");
        string[] types = [.. stream.Events.Select(ChatConformityTests.Type).Distinct()];
        Assert.Equal(["message-start", "tool-plan-delta", "message-end"], types);
    }

    [Theory]
    [InlineData(""" "safety_mode":"contextual" """)]
    [InlineData(""" "citation_options":{"mode":"fast"} """)]
    [InlineData(""" "response_format":{"type":"JSON_OBJECT"} """)]
    [InlineData(""" "thinking":{"type":"ENABLED"} """)]
    [InlineData("\"tool_choice\":\"required\",\"tools\":[" + ChatSamples.ProcessTool + "]")]
    public async Task Some_values_are_accepted_in_any_case(string fields)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Hello", fields);
        using EmulatedAnswer wrong = await EmulatedAnswer.ToChatAsync("Hello", """ "safety_mode":"careful" """);
        Assert.Equal(200, answer.Status);
        Assert.Equal(400, wrong.Status);
    }

    [Fact]
    public async Task Values_in_lower_case_have_the_same_effect()
    {
        using EmulatedAnswer off = await EmulatedAnswer.ToChatAsync("When does the backup run?", ChatSamples.Documents + ""","citation_options":{"mode":"off"} """);
        using EmulatedAnswer required = await EmulatedAnswer.ToChatAsync("Hello", $"\"tool_choice\":\"required\",\"tools\":[{ChatSamples.ProcessTool}]");
        using EmulatedAnswer thinking = await EmulatedAnswer.ToChatAsync("Why?", """ "thinking":{"type":"Enabled"} """);
        Assert.Empty(off.Citations);
        Assert.Equal("TOOL_CALL", required.FinishReason);
        Assert.Single(thinking.Blocks("thinking"));
    }

    [Fact]
    public async Task A_document_can_be_JSON_in_a_text()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(
            "When does the backup run?", """ "documents":[{"id":"a","data":"{\"title\":\"Backup\",\"text\":\"The backup runs at two.\"}"},{"data":"Cats sleep."}] """);
        JsonElement source = answer.Citations.Single().GetProperty("sources")[0];
        Assert.Equal("""{"type":"document","id":"a","document":{"id":"a","title":"Backup","text":"The backup runs at two."}}""", source.GetRawText());
    }

    [Theory]
    [InlineData(""" [{"type":"document","document":{"data":"{\"sky\":\"grey\"}"}}] """, """{"sky":"grey"}""")]
    [InlineData(""" [{"type":"document","document":{"data":{"sky":"grey"}}}] """, """{"sky":"grey"}""")]
    [InlineData(""" {"type":"document","document":{"data":{"sky":"grey"}}} """, """{"sky":"grey"}""")]
    [InlineData(""" "{\"sky\":\"grey\"}" """, """{"sky":"grey"}""")]
    [InlineData(""" [{"type":"document","document":{"data":"The sky is grey"}}] """, """{"content":"The sky is grey"}""")]
    [InlineData(""" [{"type":"text","text":"The sky is grey"}] """, """{"content":"The sky is grey"}""")]
    public async Task A_tool_result_has_any_form_that_the_API_accepts(string content, string output)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(
            "", $"\"messages\":[{{\"role\":\"user\",\"content\":\"Sky?\"}},{{\"role\":\"assistant\",\"tool_plan\":\"I look.\"}},{{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":{content}}}]");
        Assert.Equal(output, answer.Citations.Single().GetProperty("sources")[0].GetProperty("tool_output").GetRawText());
    }

    [Fact]
    public async Task The_description_of_a_tool_is_not_billed()
    {
        JsonElement without = Usage(await EmulatedAnswer.ToChatAsync("Hello"));
        JsonElement with = Usage(await EmulatedAnswer.ToChatAsync("Hello", $"\"tools\":[{ChatSamples.ProcessTool}]"));
        Assert.Equal(Input(without, "billed_units"), Input(with, "billed_units"));
        Assert.True(Input(with, "tokens") > Input(without, "tokens") + 100);
        Assert.Equal(0, with.GetProperty("cached_tokens").GetInt32() % 16);
        Assert.InRange(with.GetProperty("cached_tokens").GetInt32(), 1, Input(with, "tokens"));
    }

    [Fact]
    public async Task Images_and_thoughts_have_their_own_tokens()
    {
        const string Image = """{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}""";
        JsonElement images = Usage(await EmulatedAnswer.ToChatAsync("", $$""" "model":"command-a-vision-07-2025","messages":[{"role":"user","content":[{"type":"text","text":"Look"},{{Image}},{{Image}}]}] """));
        JsonElement thoughts = Usage(await EmulatedAnswer.ToChatAsync("Why?", """ "thinking":{"type":"enabled"} """));
        Assert.Equal(518, images.GetProperty("tokens").GetProperty("image_tokens").GetInt32());
        Assert.Equal(519, Input(images, "billed_units"));
        Assert.False(images.GetProperty("billed_units").TryGetProperty("image_tokens", out _));
        Assert.True(thoughts.GetProperty("tokens").GetProperty("reasoning_tokens").GetInt32() > 10);
    }

    [Fact]
    public async Task A_whole_answer_has_the_size_of_the_call_in_its_headers()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("one two three");
        using EmulatedAnswer stream = await ChatConformityTests.StreamAsync("one two three", "");
        JsonElement billed = Usage(answer).GetProperty("billed_units");
        Assert.Equal((billed.GetProperty("input_tokens").GetInt32() + billed.GetProperty("output_tokens").GetInt32()).ToString(CultureInfo.InvariantCulture), answer.Headers.GetValues("num_tokens").Single());
        Assert.True(int.Parse(answer.Headers.GetValues("num_chars").Single(), CultureInfo.InvariantCulture) > 13);
        Assert.False(stream.Headers.Contains("num_tokens"));
        Assert.False(answer.Headers.Contains("x-api-warning"));
    }

    [Fact]
    public async Task A_message_can_request_a_warning()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("emulate:deprecated");
        using EmulatedAnswer stream = await ChatConformityTests.StreamAsync("emulate:deprecated", "");
        Assert.StartsWith("model 'command-a-03-2025' is deprecated", answer.Headers.GetValues("x-api-warning").Single(), StringComparison.Ordinal);
        Assert.Equal(answer.Headers.GetValues("x-api-warning"), stream.Headers.GetValues("x-api-warning"));
    }

    [Theory]
    [InlineData("POST", "/v2/chat", """{"model":"command-r-plus","messages":[{"role":"user","content":"Hi"}]}""", "model 'command-r-plus' was removed on September 15, 2025. See https://docs.cohere.com/docs/models#command for a list of models you can use instead.")]
    [InlineData("POST", "/v2/embed", """{"model":"embed-english-v2.0","texts":["a"],"input_type":"search_query"}""", "model 'embed-english-v2.0' was removed on April 4, 2026. See https://docs.cohere.com/docs/models#embed for a list of models you can use instead.")]
    [InlineData("POST", "/v1/tokenize", """{"model":"command","text":"a"}""", "model 'command' was removed on September 15, 2025. See https://docs.cohere.com/docs/models#command for a list of models you can use instead.")]
    [InlineData("GET", "/v1/models/c4ai-aya-vision-8b", null, "model 'c4ai-aya-vision-8b' was removed on April 4, 2026. See https://docs.cohere.com/docs/models#aya for a list of models you can use instead.")]
    public async Task A_removed_model_is_refused_with_its_day(string method, string path, string? body, string message)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(method, path, body);
        Assert.Equal((404, message), (answer.Status, answer.Message));
    }

    private static string? Type(JsonElement error) => error.TryGetProperty("error_type", out JsonElement type) ? type.GetString() : null;

    private static JsonElement Usage(EmulatedAnswer answer) => answer.Json.GetProperty("usage");

    private static int Input(JsonElement usage, string name) => usage.GetProperty(name).GetProperty("input_tokens").GetInt32();

    private static int OutputTokens(EmulatedAnswer answer) =>
        answer.Json.GetProperty("usage").GetProperty("billed_units").GetProperty("output_tokens").GetInt32();
}
