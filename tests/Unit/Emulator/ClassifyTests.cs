using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class ClassifyTests
{
    private const string Examples =
        """
        [{"text":"I forgot my password","label":"account"},{"text":"My account is locked","label":"account"},
         {"text":"The printer does not print","label":"hardware"},{"text":"My laptop screen is broken","label":"hardware"},
         {"text":"The website cannot be reached","label":"network"},{"text":"VPN connection drops all the time","label":"network"}]
        """;

    private const string TwoLabels = """[{"text":"a","label":"x"},{"text":"b","label":"x"},{"text":"c","label":"y"},{"text":"d","label":"y"}]""";

    [Theory]
    [InlineData("please reset my password", "account")]
    [InlineData("Someone locked the account of Ms Meier", "account")]
    [InlineData("printers on the second floor are not printing", "hardware")]
    [InlineData("the screen of a laptop flickers", "hardware")]
    [InlineData("the VPN connection is slow", "network")]
    public async Task An_input_gets_the_label_of_the_most_similar_examples(string input, string label)
    {
        JsonElement classification = (await ClassifyAsync([input]))[0];
        Dictionary<string, double> confidences = classification.GetProperty("labels").EnumerateObject()
            .ToDictionary(item => item.Name, item => item.Value.GetProperty("confidence").GetDouble());
        double confidence = classification.GetProperty("confidence").GetDouble();

        Assert.Equal(label, classification.GetProperty("prediction").GetString());
        Assert.Equal(label, Assert.Single(classification.GetProperty("predictions").EnumerateArray()).GetString());
        Assert.Equal(confidence, Assert.Single(classification.GetProperty("confidences").EnumerateArray()).GetDouble());
        Assert.Equal("single-label", classification.GetProperty("classification_type").GetString());
        Assert.Equal(input, classification.GetProperty("input").GetString());
        Assert.Equal(["account", "hardware", "network"], confidences.Keys);
        Assert.Equal(confidences.Values.Max(), confidence);
        Assert.Equal(confidence, confidences[label]);
        Assert.Equal(1, confidences.Values.Sum(), 5);
        Assert.True(confidence > 0.6, $"{confidence}");
    }

    [Fact]
    public async Task Each_input_is_classified_separately_and_has_an_id()
    {
        IReadOnlyList<JsonElement> together = await ClassifyAsync(["my password", "my printer", "my password"]);
        IReadOnlyList<JsonElement> alone = await ClassifyAsync(["my printer"]);
        Assert.Equal(alone[0].GetProperty("labels").GetRawText(), together[1].GetProperty("labels").GetRawText());
        Assert.Equal(3, together.Select(item => item.GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Every_input_is_billed()
    {
        using EmulatedAnswer answer = await ToAsync(Body(["a", "b", "c"]));
        Assert.Equal(3, answer.Json.GetProperty("meta").GetProperty("billed_units").GetProperty("classifications").GetInt32());
    }

    [Theory]
    [InlineData("\"inputs\":[]", 400, "invalid request: inputs cannot be empty")]
    [InlineData("\"inputs\":null", 400, "invalid request: inputs cannot be empty")]
    [InlineData("\"inputs\":[\"a\",\"\"]", 400, "invalid request: inputs contains an element that is the empty string at index 1")]
    [InlineData("\"inputs\":[\"a\",\"emulate:400\"]", 400, "invalid request: the text at index 1 was refused as the request asked")]
    [InlineData("\"inputs\":\"a\"", 422, "should be of type array")]
    [InlineData("\"examples\":null", 400, "invalid request: min classes for classify request is 2 - received 0")]
    [InlineData("\"examples\":[{\"text\":\"a\",\"label\":\"x\"},{\"text\":\"b\",\"label\":\"x\"}]", 400, "invalid request: min classes for classify request is 2 - received 1")]
    [InlineData("\"examples\":[{\"text\":\"a\",\"label\":\"y\"},{\"text\":\"b\",\"label\":\"x\"}]", 400, "invalid request: each unique label must have at least 2 examples. Not enough examples for: x, y")]
    [InlineData("\"examples\":[{\"label\":\"y\"}]", 400, "examples[0].text must not be empty")]
    [InlineData("\"examples\":[{\"text\":\"a\"}]", 400, "examples[0].label must not be empty")]
    [InlineData("\"examples\":[\"a\"]", 422, "parameter examples[0] is of type string but should be of type object")]
    [InlineData("\"model\":\"nope\"", 404, "model 'nope' not found")]
    [InlineData("\"model\":\"command-a-03-2025\"", 400, "model 'command-a-03-2025' is not supported by the classify API")]
    [InlineData("\"truncate\":\"MIDDLE\"", 400, "invalid request: `truncate` must be one of \"NONE\", \"START\"/\"LEFT\" or \"END\"/\"RIGHT\"")]
    public async Task An_invalid_field_is_named(string field, int status, string message)
    {
        using EmulatedAnswer answer = await ToAsync(Body(["a"], field));
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.Equal("message", Assert.Single(answer.Json.EnumerateObject()).Name);
    }

    [Fact]
    public async Task Too_many_inputs_or_examples_are_refused()
    {
        string examples = string.Join(",", Enumerable.Range(0, 2501).Select(i => $"{{\"text\":\"a\",\"label\":\"{i % 2}\"}}"));
        using EmulatedAnswer inputs = await ToAsync(Body(Enumerable.Repeat("a", 97)));
        using EmulatedAnswer many = await ToAsync(Body(["a"], $"\"examples\":[{examples}]"));
        Assert.Equal("invalid request: inputs cannot contain more than 96 elements, received 97", inputs.Message);
        Assert.Equal("invalid request: examples cannot contain more than 2500 elements, received 2501", many.Message);
    }

    [Theory]
    [InlineData("NONE", 400)]
    [InlineData("START", 200)]
    [InlineData("END", 200)]
    public async Task Truncate_determines_what_happens_to_a_long_input(string truncate, int status)
    {
        using EmulatedAnswer answer = await ToAsync(Body(["a", EmbedSamples.Repeat("word ", 600)], $"\"truncate\":\"{truncate}\",\"examples\":{TwoLabels}"));
        Assert.Equal(status, answer.Status);
        Assert.True(status == 200 || answer.Message.Contains("input at index 1 is too long", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_response_matches_the_API_description()
    {
        using EmulatedAnswer answer = await ToAsync(Body(["my password", "b"], "\"model\":\"embed-multilingual-v3.0\""));
        Assert.Empty(ApiDescription.Current.ResponseErrors("classify", 200, answer.Json, strict: true));
    }

    private static string Body(IEnumerable<string> inputs, string fields = "")
    {
        var body = new JsonObject
        {
            ["inputs"] = new JsonArray([.. inputs.Select(input => JsonValue.Create(input))]),
            ["examples"] = JsonNode.Parse(Examples),
        };
        foreach (KeyValuePair<string, JsonNode?> field in JsonNode.Parse("{" + fields + "}")!.AsObject())
        {
            body[field.Key] = field.Value?.DeepClone();
        }

        return body.ToJsonString();
    }

    private static Task<EmulatedAnswer> ToAsync(string body) => EmulatedAnswer.ToAsync("POST", "/v1/classify", body);

    private static async Task<IReadOnlyList<JsonElement>> ClassifyAsync(IEnumerable<string> inputs)
    {
        using EmulatedAnswer answer = await ToAsync(Body(inputs));
        Assert.True(answer.Status == 200, answer.Body);
        return [.. answer.Json.GetProperty("classifications").EnumerateArray()];
    }
}
