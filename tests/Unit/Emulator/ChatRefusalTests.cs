using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Requests that Cohere refuses are refused with the same status and message.</summary>
public sealed class ChatRefusalTests
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    [Theory]
    [InlineData("{" + Messages + "}", 400, "a model parameter is required for this endpoint.")]
    [InlineData("""{"model":"command-a-03-2025"}""", 400, "messages must not be empty")]
    [InlineData("""{"model":"command-a-03-2025","messages":[]}""", 400, "messages must not be empty")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"user","content":" "}]}""", 400, "messages[0].content is empty")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"user"}]}""", 400, "messages[0].content is empty")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"user","content":[]}]}""", 400, "messages[0].content is empty")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"content":"hi"}]}""", 400, "messages[0].role is required")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"robot","content":"hi"}]}""", 400, "messages[0].role must be one of user, assistant, system, tool")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"assistant","content":"hi"}]}""", 400, "the last message must be of role user or tool")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"tool","content":"hi"}]}""", 400, "messages[0].tool_call_id is required")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"tool","tool_call_id":"c","content":""}]}""", 400, "tool results must be specified")]
    [InlineData("""{"model":"nope",""" + Messages + "}", 404, "model 'nope' not found, make sure the correct model ID was used and that you have access to the model.")]
    [InlineData("""{"model":"embed-v4.0",""" + Messages + "}", 400, "model 'embed-v4.0' is not supported by the chat API")]
    [InlineData("""{"model":"rerank-v4.0-pro",""" + Messages + "}", 400, "is not supported by the chat API")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}""", 400, "does not support image inputs")]
    [InlineData("""{"model":"command-a-vision-07-2025","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"C:\\y.png"}}]}]}""", 400, "must be a web address")]
    public async Task Errors_in_messages_and_model_are_named(string body, int status, string message) => await RefusesAsync(body, status, message);

    [Theory]
    [InlineData("\"temperature\":1.1", 400, "temperature must be between 0 and 1.0 inclusive.")]
    [InlineData("\"temperature\":-0.1", 400, "temperature must be between")]
    [InlineData("\"temperature\":\"hot\"", 422, "parameter temperature is of type string but should be of type float")]
    [InlineData("\"k\":501", 400, "k must be between 0 and 500")]
    [InlineData("\"k\":1.5", 422, "should be of type integer")]
    [InlineData("\"p\":0", 400, "p must be between 0.01 and 0.99")]
    [InlineData("\"p\":1", 400, "p must be between 0.01 and 0.99")]
    [InlineData("\"frequency_penalty\":2", 400, "frequency_penalty must be between 0 and 1 inclusive.")]
    [InlineData("\"presence_penalty\":-1", 400, "presence_penalty must be between 0 and 1 inclusive.")]
    [InlineData("\"max_tokens\":0", 400, "max_tokens must be at least 1")]
    [InlineData("\"seed\":-1", 400, "seed must be between")]
    [InlineData("\"priority\":1000", 400, "priority must be between 0 and 999")]
    [InlineData("\"stop_sequences\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]", 400, "stop_sequences must have at most 5 entries - received 6")]
    [InlineData("\"stop_sequences\":\"stop\"", 422, "should be of type array")]
    [InlineData("\"stop_sequences\":[1]", 422, "parameter stop_sequences[0] is of type number")]
    [InlineData("\"thinking\":{\"type\":\"enabled\",\"token_budget\":0}", 400, "thinking.token_budget must be at least 1")]
    [InlineData("\"thinking\":{}", 400, "thinking.type is required")]
    [InlineData("\"safety_mode\":\"NONE\"", 400, "safety_mode must be one of CONTEXTUAL, STRICT, OFF")]
    [InlineData("\"citation_options\":{\"mode\":\"on\"}", 400, "citation_options.mode must be one of")]
    [InlineData("\"stream\":\"yes\"", 422, "parameter stream is of type string but should be of type bool")]
    [InlineData("\"documents\":{}", 422, "should be of type array")]
    [InlineData("\"documents\":[{\"id\":\"a\"}]", 400, "documents[0].data is required")]
    public async Task A_field_with_an_invalid_value_is_named(string field, int status, string message) =>
        await RefusesAsync($"{{\"model\":\"command-a-03-2025\",{Messages},{field}}}", status, message);

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"json_object\"},\"documents\":[\"text\"]", "response_format is not supported with RAG.")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"},\"tools\":[" + ChatSamples.ProcessTool + "]", "response_format is not supported with tools.")]
    [InlineData("\"response_format\":{\"type\":\"text\",\"json_schema\":{}}", "json_schema must not be specified")]
    [InlineData("\"response_format\":{}", "response_format.type is required")]
    [InlineData("\"tool_choice\":\"REQUIRED\"", "tool_choice cannot be specified without tools")]
    [InlineData("\"strict_tools\":true", "strict_tools cannot be specified without tools")]
    [InlineData("\"safety_mode\":\"STRICT\",\"tools\":[" + ChatSamples.ProcessTool + "]", "safety_mode is not supported with tools")]
    [InlineData("\"safety_mode\":\"STRICT\",\"documents\":[\"text\"]", "safety_mode is not supported with documents")]
    [InlineData("\"tools\":[" + ChatSamples.ProcessTool + "," + ChatSamples.ProcessTool + "]", "tool names must be unique")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"Get-Process\",\"parameters\":{}}}]", "tools[0].function.name must consist of")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "tools[0].function.parameters is required")]
    public async Task Incompatible_fields_are_refused(string fields, string message) =>
        await RefusesAsync($"{{\"model\":\"command-a-03-2025\",{Messages},{fields}}}", 400, message);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"model\":}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"model":"command-a-03-2025","messages":[{"role":"user","content":"half a pair: \ud83d"}]}""")]
    public async Task A_body_that_is_not_a_JSON_object_is_refused(string body) => await RefusesAsync(body, 400, "invalid");

    [Fact]
    public async Task An_escaped_surrogate_pair_is_accepted()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(
            "POST", "/v2/chat", """{"model":"command-a-03-2025","messages":[{"role":"user","content":"\uD83C\udf89 \\ud83d"}]}""");
        Assert.StartsWith("You said: \"🎉 \\ud83d\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_counts_as_absent()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("hi", "\"tools\":null,\"k\":null,\"response_format\":null,\"stop_sequences\":null");
        Assert.Equal(200, answer.Status);
    }

    private static async Task RefusesAsync(string body, int status, string message)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync("POST", "/v2/chat", body);

        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.True(Guid.TryParse(answer.Json.GetProperty("id").GetString(), out _));
        Assert.Equal(["id", "message"], answer.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(JsonValueKind.String, answer.Json.GetProperty("message").ValueKind);
        Assert.Empty(ApiDescription.Current.ResponseErrors("chatv2", status, answer.Json, strict: true));
    }
}
