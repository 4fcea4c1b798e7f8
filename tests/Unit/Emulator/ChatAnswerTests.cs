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
    public async Task Input_and_output_tokens_are_counted_in_the_same_way()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("one two three", "\"max_tokens\":4");
        JsonElement usage = answer.Json.GetProperty("usage");
        Assert.Equal(3, usage.GetProperty("tokens").GetProperty("input_tokens").GetInt32());
        Assert.Equal(4, usage.GetProperty("billed_units").GetProperty("output_tokens").GetInt32());
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
    public async Task A_message_can_request_a_failure(string hook, string reason, int status)
    {
        using EmulatedAnswer whole = await EmulatedAnswer.ToChatAsync("please " + hook);
        using EmulatedAnswer stream = await ChatConformityTests.StreamAsync("please " + hook, "");
        JsonElement end = stream.Events[^1];

        Assert.Equal(status, whole.Status);
        Assert.Equal(200, stream.Status);
        Assert.Equal("message-end", ChatConformityTests.Type(end));
        Assert.Equal(reason, end.GetProperty("delta").GetProperty("finish_reason").GetString());
        Assert.Equal(whole.Message, end.GetProperty("delta").GetProperty("error").GetString());
    }

    private static int OutputTokens(EmulatedAnswer answer) =>
        answer.Json.GetProperty("usage").GetProperty("billed_units").GetProperty("output_tokens").GetInt32();
}
