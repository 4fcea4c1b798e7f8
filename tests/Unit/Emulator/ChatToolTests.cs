using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>The choice of tools and their arguments.</summary>
public sealed class ChatToolTests
{
    private const string Both = $"\"tools\":[{ChatSamples.WeatherTool},{ChatSamples.ProcessTool}]";

    [Theory]
    [InlineData("What is the weather in Riga?", "get_weather", """{"city":"Riga"}""")]
    [InlineData("Weather of Riga for 3 days in fahrenheit", "get_weather", """{"city":"Riga","days":3,"unit":"fahrenheit"}""")]
    [InlineData("Which machine is this, and what runs?", "get_process", "{}")]
    [InlineData("Get the process with name \"Windows Terminal\"", "get_process", """{"name":"Windows Terminal"}""")]
    public async Task The_matching_tool_is_called_with_values_from_the_message(string message, string name, string arguments)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(message, Both);
        JsonElement call = Assert.Single(Calls(answer));

        Assert.Equal("TOOL_CALL", answer.FinishReason);
        Assert.Equal(name, call.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(arguments, call.GetProperty("function").GetProperty("arguments").GetString());
        Assert.StartsWith(name + "_", call.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Contains(name, answer.Json.GetProperty("message").GetProperty("tool_plan").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_tool_that_the_message_names_is_called()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Use get_weather and Get-Process", Both);
        Assert.Equal(2, Calls(answer).Length);
        Assert.Equal(2, Calls(answer).Select(call => call.GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Steps_run_in_order_and_the_answer_uses_all_their_results()
    {
        const string Message = "get_weather of 'Riga', then get_process with name 'sshd'";
        using EmulatedAnswer first = await EmulatedAnswer.ToChatAsync(Message, Both);
        Assert.Equal("""{"city":"Riga"}""", Assert.Single(Calls(first)).GetProperty("function").GetProperty("arguments").GetString());

        using EmulatedAnswer second = await AfterToolsAsync(Message, "It is 4 degrees");
        Assert.Equal("""{"name":"sshd"}""", Assert.Single(Calls(second)).GetProperty("function").GetProperty("arguments").GetString());

        using EmulatedAnswer last = await AfterToolsAsync(Message, "It is 4 degrees", "It sleeps");
        Assert.Equal("COMPLETE", last.FinishReason);
        Assert.Contains("4 degrees", last.Text, StringComparison.Ordinal);
        Assert.Contains("It sleeps", last.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_request_wrong_arguments_come_before_the_correct_ones()
    {
        const string Message = "Weather of Riga for 3 days. emulate:wrong-arguments";
        using EmulatedAnswer wrong = await EmulatedAnswer.ToChatAsync(Message, Both);
        Assert.Equal("""{"city":"Riga","days":"many","emulated_mistake":"no tool has this parameter"}""", Assert.Single(Calls(wrong)).GetProperty("function").GetProperty("arguments").GetString());

        using EmulatedAnswer right = await AfterToolsAsync(Message, "days must be a whole number");
        Assert.Equal("""{"city":"Riga","days":3}""", Assert.Single(Calls(right)).GetProperty("function").GetProperty("arguments").GetString());

        using EmulatedAnswer answer = await AfterToolsAsync(Message, "days must be a whole number", "It is 4 degrees");
        Assert.Equal("COMPLETE", answer.FinishReason);
    }

    [Theory]
    [InlineData("emulate:call get_weather {\"city\": \"'; Remove-Item x'\"}", "get_weather", "{\"city\": \"'; Remove-Item x'\"}")]
    [InlineData("Do emulate:call Unknown_Tool {\"a\": [1, 2]} now", "Unknown_Tool", "{\"a\": [1, 2]}")]
    [InlineData("emulate:call get_weather {\"city\": \nand more", "get_weather", "{\"city\":")]
    [InlineData("emulate:call get_weather", "get_weather", "{}")]
    public async Task A_message_can_specify_calls_literally(string message, string name, string arguments)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(message, Both);
        JsonElement function = Assert.Single(Calls(answer)).GetProperty("function");
        Assert.Equal(name, function.GetProperty("name").GetString());
        Assert.Equal(arguments, function.GetProperty("arguments").GetString());
    }

    [Fact]
    public async Task Literal_calls_are_made_in_parallel_or_in_steps()
    {
        const string Message = "emulate:call get_weather {\"city\":\"Riga\"} emulate:call get_weather {\"city\":\"Riga\"} emulate:then emulate:call get_process {}";
        using EmulatedAnswer first = await EmulatedAnswer.ToChatAsync(Message, Both);
        Assert.Equal(2, Calls(first).Select(call => call.GetProperty("id").GetString()).Distinct().Count());
        using EmulatedAnswer second = await AfterToolsAsync(Message, "4");
        Assert.Equal("get_process", Assert.Single(Calls(second)).GetProperty("function").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_message_without_a_matching_tool_is_answered_with_text()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Hello", Both);
        Assert.Equal("COMPLETE", answer.FinishReason);
    }

    [Fact]
    public async Task Tool_choice_required_always_calls_a_tool()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Hello", Both + ",\"tool_choice\":\"REQUIRED\"");
        Assert.Equal("TOOL_CALL", answer.FinishReason);
    }

    [Fact]
    public async Task Tool_choice_none_never_calls_a_tool()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("What is the weather in Riga?", Both + ",\"tool_choice\":\"NONE\"");
        Assert.Equal("COMPLETE", answer.FinishReason);
    }

    [Fact]
    public async Task A_question_after_a_tool_result_may_call_a_tool_again()
    {
        string history = ChatSamples.ToolHistory.TrimEnd().TrimEnd(']')
            + ",{\"role\":\"assistant\",\"content\":\"Grey.\"},{\"role\":\"user\",\"content\":\"And the weather in Paris?\"}]";
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("", $"{Both},{history}");
        Assert.Equal("""{"city":"Paris"}""", Assert.Single(Calls(answer)).GetProperty("function").GetProperty("arguments").GetString());
    }

    private static JsonElement[] Calls(EmulatedAnswer answer) =>
        [.. answer.Json.GetProperty("message").GetProperty("tool_calls").EnumerateArray()];

    /// <summary>Asks again after a number of rounds with a tool result in each.</summary>
    private static Task<EmulatedAnswer> AfterToolsAsync(string message, params string[] said)
    {
        var messages = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message });
        foreach (string text in said)
        {
            messages.Add(new JsonObject { ["role"] = "assistant", ["tool_plan"] = "I will look." });
            messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = "call", ["content"] = text });
        }

        return EmulatedAnswer.ToChatAsync(string.Empty, $"{Both},\"messages\":{messages.ToJsonString()}");
    }
}
