using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Which tool is called, and with what.</summary>
public sealed class ChatToolTests
{
    private const string Both = $"\"tools\":[{ChatSamples.WeatherTool},{ChatSamples.ProcessTool}]";

    [Theory]
    [InlineData("What is the weather in Riga?", "get_weather", """{"city":"Riga"}""")]
    [InlineData("Weather of Riga for 3 days in fahrenheit", "get_weather", """{"city":"Riga","days":3,"unit":"fahrenheit"}""")]
    [InlineData("Which machine is this, and what runs?", "get_process", "{}")]
    [InlineData("Get the process with name \"Windows Terminal\"", "get_process", """{"name":"Windows Terminal"}""")]
    public async Task The_tool_that_fits_is_called_with_values_from_the_message(string message, string name, string arguments)
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
    public async Task A_message_that_fits_no_tool_is_answered_in_words()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Hello", Both);
        Assert.Equal("COMPLETE", answer.FinishReason);
    }

    [Fact]
    public async Task Required_calls_a_tool_whatever_the_message()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Hello", Both + ",\"tool_choice\":\"REQUIRED\"");
        Assert.Equal("TOOL_CALL", answer.FinishReason);
    }

    [Fact]
    public async Task None_calls_no_tool_whatever_the_message()
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
}
