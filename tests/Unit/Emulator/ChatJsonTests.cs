using System;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>JSON answers match the requested schema.</summary>
public sealed class ChatJsonTests
{
    [Theory]
    [InlineData("""{"type":"object","required":["name","age"],"properties":{"name":{"type":"string"},"age":{"type":"integer"}}}""")]
    [InlineData("""{"type":"object","properties":{"n":{"type":"integer","minimum":100,"maximum":101},"m":{"type":"number","minimum":-3,"maximum":-2},"z":{"type":"number","minimum":0.2,"maximum":0.4}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"minItems":3,"maxItems":4},"b":{"type":"array","items":{"type":"integer"},"maxItems":0}}}""")]
    [InlineData("""{"type":"object","properties":{"s":{"type":"string","minLength":30},"t":{"type":"string","maxLength":2}}}""")]
    [InlineData("""{"type":"object","properties":{"p":{"type":"string","pattern":"^[A-Z]{2}-\\d{3,5}(x|y)?$"},"q":{"type":"string","pattern":"^(?:red|green)\\s[^a]+\\.$"}}}""")]
    [InlineData("""{"type":"object","properties":{"kind":{"type":"string","enum":["red","green"]},"flag":{"type":"boolean"},"nothing":{"type":"null"}}}""")]
    [InlineData("""{"type":"object","properties":{"home":{"$ref":"#/$defs/address"}},"$defs":{"address":{"type":"object","required":["street"],"properties":{"street":{"type":"string"},"next":{"$ref":"#/$defs/address"}}}}}""")]
    [InlineData("""{"type":"object","properties":{"home":{"$ref":"#/definitions/address"}},"definitions":{"address":{"type":"object","required":["street"],"properties":{"street":{"type":"string"}}}}}""")]
    [InlineData("""{"type":"object","required":["v","w"],"properties":{"v":{"anyOf":[{"type":"null"},{"type":"integer"}]},"w":{"oneOf":[{"type":"string"},{"type":"integer"}]},"u":{"type":["null","boolean"]}}}""")]
    [InlineData("""{"allOf":[{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}},{"type":"object","required":["b"],"properties":{"b":{"type":"integer"}}}]}""")]
    [InlineData("""{"type":"object","required":["undescribed"]}""")]
    [InlineData("""{"type":"array","items":{"type":"object","required":["id"],"properties":{"id":{"type":"integer"}}},"minItems":2}""")]
    public async Task An_instance_matches_its_schema(string schema)
    {
        string text = await AnswerAsync("Ada Lovelace, aged 36, likes \"red\"", schema);
        JsonElement root = JsonDocument.Parse(schema).RootElement;

        Assert.Empty(new ApiSchema(root).Errors(root, JsonDocument.Parse(text).RootElement, strict: true));
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"v":{"const":"fixed"}}}""", """{"v":"fixed"}""")]
    [InlineData("""{"type":"object","properties":{"v":{"type":"integer","exclusiveMinimum":4,"exclusiveMaximum":6}}}""", """{"v":5}""")]
    [InlineData("""{"type":"object","properties":{"v":{"type":"integer","multipleOf":5,"minimum":7}}}""", """{"v":10}""")]
    [InlineData("""{"type":"object","properties":{"v":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}}}""", """{"v":0.5}""")]
    [InlineData("""{"type":"object","properties":{"v":{"type":"string","format":"date-time"}}}""", """{"v":"2025-01-01T00:00:00Z"}""")]
    [InlineData("""{"type":"object","properties":{"v":{"type":"string","format":"email"}}}""", """{"v":"user@example.com"}""")]
    [InlineData("""{"type":"object","properties":{"v":{"type":"string","format":"uri"}}}""", """{"v":"https://example.com/"}""")]
    [InlineData("""{"type":"object","properties":{"v":{"type":"string","default":"as given"}}}""", """{"v":"as given"}""")]
    [InlineData("""{"type":"object","minProperties":1,"additionalProperties":{"type":"integer"}}""", """{"property1":1}""")]
    public async Task A_value_that_the_message_does_not_contain_is_generated(string schema, string expected) =>
        Assert.Equal(expected, await AnswerAsync("hello", schema));

    [Theory]
    [InlineData("The name is Ada and the age is 36.", """{"name":"Ada","age":36}""")]
    [InlineData("36 years: \"Ada Lovelace\"", """{"name":"Ada Lovelace","age":36}""")]
    [InlineData("Make JSON for Ada Lovelace who is 36", """{"name":"Ada Lovelace","age":36}""")]
    public async Task Values_are_taken_from_the_message(string message, string expected) =>
        Assert.Equal(expected, await AnswerAsync(message, """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}}}"""));

    [Fact]
    public async Task A_word_of_the_message_selects_an_enum_value() => Assert.Equal(
        """{"mood":"negative"}""",
        await AnswerAsync("That was a negative experience", """{"type":"object","properties":{"mood":{"enum":["positive","neutral","negative"]}}}"""));

    [Fact]
    public async Task A_uuid_has_the_format_of_a_uuid()
    {
        string text = await AnswerAsync("hello", """{"type":"object","properties":{"id":{"type":"string","format":"uuid"}}}""");
        Assert.True(Guid.TryParse(JsonDocument.Parse(text).RootElement.GetProperty("id").GetString(), out _));
    }

    [Theory]
    [InlineData("""{"type":"object","required":["child"],"properties":{"child":{"$ref":"#"}}}""")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"type":"string"}]}""")]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"type":"object","required":["a","b","c"],"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"}}}""")]
    [InlineData("""{"type":"array","minItems":90000,"items":{"type":"array","minItems":90000,"items":{"type":"integer"}}}""")]
    [InlineData("""{"type":"object","properties":{"s":{"type":"string","pattern":"((((a{1000}){1000}){1000}){1000})"}}}""")]
    public async Task An_endless_schema_results_in_a_finite_instance(string schema)
    {
        string text = await AnswerAsync("hello", schema);
        Assert.InRange(text.Length, 1, 2_000_000);
    }

    [Fact]
    public async Task Without_a_schema_the_object_repeats_the_message()
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync("Naïve 🎉 \"quotes\"", """ "response_format":{"type":"json_object"} """);
        Assert.Equal("Naïve 🎉 \"quotes\"", JsonDocument.Parse(answer.Text).RootElement.GetProperty("message").GetString());
    }

    private static async Task<string> AnswerAsync(string message, string schema)
    {
        string fields = $"\"response_format\":{{\"type\":\"json_object\",\"json_schema\":{schema}}}";
        using EmulatedAnswer answer = await EmulatedAnswer.ToChatAsync(message, fields);
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Text;
    }
}
