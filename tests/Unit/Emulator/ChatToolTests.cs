using System;
using System.Collections.Generic;
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
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Use get_weather of 'Riga' and Get-Process", Both);
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

    [Theory]
    [InlineData("Please Stop-Process with name 'notepad'", "\"Id\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},\"Force\":{\"type\":\"boolean\"}", "Id", null)]
    [InlineData("Please Stop-Process 3 times", "\"Id\":{\"type\":\"integer\"}", "Id", null)]
    [InlineData("Stop-Process 17", "\"Id\":{\"type\":\"integer\"}", "Id", """{"Id":17}""")]
    [InlineData("Stop-Process with ids 1, 2 and 30", "\"Id\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}", "Id", """{"Id":[1,2,30]}""")]
    [InlineData("Stop-Process with id 17 and force", "\"Id\":{\"type\":\"integer\"},\"Force\":{\"type\":\"boolean\"}", "Id", """{"Id":17,"Force":true}""")]
    [InlineData("Stop-Process with id 17 without force", "\"Id\":{\"type\":\"integer\"},\"Force\":{\"type\":\"boolean\"}", "Id", """{"Id":17,"Force":false}""")]
    [InlineData("Stop-Process with name 'a' of path 'b'", "\"Path\":{\"type\":\"string\"},\"Name\":{\"type\":\"string\"}", "Path", """{"Path":"b","Name":"a"}""")]
    [InlineData("Stop-Process with name 'a'", "\"Path\":{\"type\":\"string\"},\"Name\":{\"type\":\"string\"}", "Path", null)]
    [InlineData("Stop-Process of Name 'a', 'b' and 'c'", "\"Name\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", "Name", """{"Name":["a","b","c"]}""")]
    [InlineData("Please Stop-Process", "\"Name\":{\"type\":\"string\"}", "Name", null)]
    [InlineData("Please Stop-Process on Monday", "\"Name\":{\"type\":\"string\"}", "Name", null)]
    [InlineData("Please Stop-Process now", "\"Mode\":{\"type\":\"string\",\"enum\":[\"soft\",\"hard\"]}", "Mode", null)]
    [InlineData("Please Stop-Process in a hard way", "\"Mode\":{\"type\":\"string\",\"enum\":[\"soft\",\"hard\"]}", "Mode", """{"Mode":"hard"}""")]
    [InlineData("Please Stop-Process", "\"Force\":{\"type\":\"boolean\"}", "Force", null)]
    [InlineData("Please Stop-Process", "\"InputObject\":{\"type\":\"string\"}", "InputObject", null)]
    [InlineData("Please Stop-Process until tomorrow", "\"Until\":{\"type\":\"string\",\"format\":\"date-time\"}", "Until", null)]
    [InlineData("Stop-Process until 2026-11-28", "\"Until\":{\"type\":\"string\",\"format\":\"date-time\"}", "Until", """{"Until":"2026-11-28T00:00:00Z"}""")]
    [InlineData("Stop-Process Notepad", "\"Name\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", "Name", """{"Name":["Notepad"]}""")]
    [InlineData("Stop-Process in /var/log/a.log", "\"Path\":{\"type\":\"string\"}", "Path", """{"Path":"/var/log/a.log"}""")]
    [InlineData("Stop-Process with max 2.5 of 'a 7'", "\"Name\":{\"type\":\"string\"},\"Max\":{\"type\":\"number\"},\"Count\":{\"type\":\"integer\"}", "Name", """{"Name":"a 7","Max":2.5}""")]
    [InlineData("Stop-Process with 8 threads", "\"Name\":{\"type\":\"string\",\"default\":\"all\"},\"Count\":{\"type\":\"integer\",\"maximum\":5}", "Count", null)]
    [InlineData("Stop-Process where host is 'a'", "\"Where\":{\"type\":\"object\",\"required\":[\"host\"],\"properties\":{\"host\":{\"type\":\"string\"},\"port\":{\"type\":\"integer\"}}}", "Where", """{"Where":{"host":"a"}}""")]
    [InlineData("Stop-Process where port is 7", "\"Where\":{\"type\":\"object\",\"required\":[\"host\"],\"properties\":{\"host\":{\"type\":\"string\"},\"port\":{\"type\":\"integer\"}}}", "Where", null)]
    [InlineData("Explain 'Stop-Process' to me", "\"Name\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", "Name", null)]
    [InlineData("Stop-Process with name 'Stop-Process'", "\"Name\":{\"type\":\"string\"}", "Name", """{"Name":"Stop-Process"}""")]
    [InlineData("Stop-Process of '/a/Stop-Process.log'", "\"Path\":{\"type\":\"string\"}", "Path", """{"Path":"/a/Stop-Process.log"}""")]
    [InlineData("Stop-Process in /a/Stop-Process.log", "\"Path\":{\"type\":\"string\"}", "Path", """{"Path":"/a/Stop-Process.log"}""")]
    [InlineData("Stop-Process for the top 2 process ids", "\"Id\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}", "Id", null)]
    [InlineData("I have 5 ids. Stop-Process with the last id", "\"Id\":{\"type\":\"integer\"}", "Id", null)]
    [InlineData("Stop-Process with 2 and 3", "\"a\":{\"type\":\"int\",\"description\":null},\"b\":{\"type\":\"int\"}", "a\",\"b", """{"a":2,"b":3}""")]
    public async Task An_argument_is_a_value_that_the_message_names_or_the_model_asks(string message, string properties, string required, string? arguments)
    {
        string tool = $"\"tools\":[{Tool("Stop_Process", properties, required)}]";
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(message, tool);
        if (arguments is null)
        {
            Assert.Equal("COMPLETE", answer.FinishReason);
            Assert.Contains("To call Stop_Process, I need a value for " + required, answer.Text, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(arguments, Assert.Single(Calls(answer)).GetProperty("function").GetProperty("arguments").GetString());
    }

    [Theory]
    [InlineData("What is the weather in Paris and Rome?", """{"city":"Paris"}""", """{"city":"Rome"}""")]
    [InlineData("get_weather of 'Riga' or 'Oslo', please", """{"city":"Riga"}""", """{"city":"Oslo"}""")]
    [InlineData("What is the weather in Paris, Rome and New York for 3 days?", """{"city":"Paris","days":3}""", """{"city":"Rome","days":3}""", """{"city":"New York","days":3}""")]
    public async Task A_message_with_two_values_needs_two_calls(string message, params string[] arguments)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(message, Both);
        Assert.Equal(arguments, Calls(answer).Select(call => call.GetProperty("function").GetProperty("arguments").GetString()));
    }

    [Fact]
    public async Task A_message_that_asks_for_two_things_calls_two_tools()
    {
        string tools = $"\"tools\":[{ChatSamples.WeatherTool},{Tool("get_time", "\"city\":{\"type\":\"string\"}", "city")},{ChatSamples.ProcessTool}]";
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("What is the weather and current time in Tokyo?", tools);
        Assert.Equal(["get_weather", "get_time"], Calls(answer).Select(call => call.GetProperty("function").GetProperty("name").GetString()));
        Assert.All(Calls(answer), call => Assert.Equal("""{"city":"Tokyo"}""", call.GetProperty("function").GetProperty("arguments").GetString()));
    }

    [Fact]
    public async Task A_tool_without_parameters_gets_arguments_in_three_forms()
    {
        string tool = $"\"tools\":[{{\"type\":\"function\",\"function\":{{\"name\":\"now\",\"parameters\":{{\"type\":\"object\",\"properties\":{{}}}}}}}}]";
        var seen = new HashSet<string>();
        for (int i = 0; i < 12; i++)
        {
            using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync($"now {i}", tool);
            using EmulatedAnswer again = await EmulatedAnswer.ToChatAsync($"now {i}", tool);
            Assert.Equal(answer.Body, again.Body);
            seen.Add(Assert.Single(Calls(answer)).GetProperty("function").GetProperty("arguments").GetString()!);
        }

        Assert.Equal(["", "null", "{}"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reasoning_model_thinks_instead_of_planning_its_calls()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("What is the weather in Riga?", Both + ",\"model\":\"command-a-reasoning-08-2025\"");
        JsonElement message = answer.Json.GetProperty("message");
        Assert.Single(answer.Blocks("thinking"));
        Assert.Single(Calls(answer));
        Assert.False(message.TryGetProperty("tool_plan", out _));
    }

    [Fact]
    public async Task Tool_choice_required_without_values_for_a_call_fails()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Hello", $"\"tools\":[{ChatSamples.WeatherTool}],\"tool_choice\":\"REQUIRED\"");
        Assert.Equal((422, "INVALID_TOOL_GENERATION"), (answer.Status, answer.Json.GetProperty("error_type").GetString()));
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

    private static string Tool(string name, string properties, string required) =>
        $"{{\"type\":\"function\",\"function\":{{\"name\":\"{name}\",\"parameters\":{{\"type\":\"object\",\"properties\":{{{properties}}},\"required\":[\"{required}\"]}}}}}}";

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
