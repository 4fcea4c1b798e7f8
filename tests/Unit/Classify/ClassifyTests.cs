using System;
using System.Collections;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class ClassifyTests
{
    private const string Answered = """
        {"id":"c1","classifications":[
          {"id":"1","input":"one","prediction":"spam","predictions":["spam"],"confidence":0.9,"confidences":[0.9],
           "labels":{"fine":{"confidence":0.1},"spam":{"confidence":0.9}},"classification_type":"single-label"},
          {"id":"2","input":"two","predictions":["a","b"],"confidences":[0.8,0.7],
           "labels":{"a":{"confidence":0.8},"A":{"confidence":0.2},"b":{"confidence":0.7},"none":{}},"classification_type":"multi-label"}],
         "meta":{"billed_units":{"classifications":2}}}
        """;

    private static ClassifyRequest Full => new()
    {
        Inputs = ["Grüße", "two"],
        Examples = [new ClassifyExample("x", "spam"), new ClassifyExample("y", "fine")],
        Model = "mine",
        Truncate = TruncateMode.Start,
    };

    [Fact]
    public async Task Every_parameter_has_the_name_and_format_of_the_API()
    {
        Assert.Equal(
            """{"inputs":["Grüße","two"],"examples":[{"text":"x","label":"spam"},{"text":"y","label":"fine"}],"model":"mine","truncate":"START"}""",
            (await SendAsync(Full)).GetRawText());
        Assert.Equal("""{"inputs":["a","b"]}""", (await SendAsync(new ClassifyRequest { Inputs = ["a", "b"] })).GetRawText());
    }

    [Fact]
    public async Task Every_request_matches_the_API_description()
    {
        ClassifyRequest[] requests =
        [
            Full,
            Full with { Model = null, Truncate = null },
            Full with { Examples = null },
            .. Enum.GetValues<TruncateMode>().Select(mode => Full with { Truncate = mode }),
        ];
        foreach (ClassifyRequest request in requests)
        {
            Assert.Empty(ApiDescription.Current.RequestErrors("classify", await SendAsync(request)));
        }
    }

    [Fact]
    public void The_response_in_these_tests_matches_the_API() =>
        Assert.Empty(ApiDescription.Current.ResponseErrors("classify", 200, JsonDocument.Parse(Answered).RootElement));

    [Fact]
    public async Task Predictions_and_costs_are_read()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        ClassifyResponse response = await new CohereClient(session).Classify.ClassifyAsync(Full);

        Classification first = response.Classifications[0];
        Assert.Equal("Grüße spam 0.9", FormattableString.Invariant($"{first.Text} {first.Prediction} {first.Confidence}"));
        Assert.Equal(ClassificationType.SingleLabel, first.ClassificationType);
        Assert.Equal(["spam", "fine"], first.Labels.Keys.Cast<string>());
        Assert.Equal(0.1, first.Labels["fine"]);
        Assert.Equal("mine", first.Model);
        Classification second = response.Classifications[1];
        Assert.Equal(1, second.Index);
        Assert.Equal(["a", "b"], second.Predictions);
        Assert.Equal([0.8, 0.7], second.Confidences);
        Assert.Equal("a", second.Prediction);
        Assert.Equal(0.8, second.Confidence);
        Assert.Equal(ClassificationType.MultiLabel, second.ClassificationType);
        Assert.Equal(["a=0.8", "b=0.7", "A=0.2", "none=0"], second.Labels.Cast<DictionaryEntry>().Select(label => FormattableString.Invariant($"{label.Key}={label.Value}")));
        Assert.Equal(2, response.Usage.BilledClassifications);
        Assert.Equal(2, Assert.Single(session.GetUsage()).BilledClassifications);
    }

    [Fact]
    public async Task A_response_with_only_the_deprecated_fields_is_read()
    {
        using var server = new FaultServer(Answer.Json("""{"id":"c","classifications":[{"id":"1","prediction":"spam","confidence":1},{"id":"2"}]}"""));
        using CohereSession session = TestSession.Open(server);

        ClassifyResponse response = await new CohereClient(session).Classify.ClassifyAsync(Full);

        Assert.Equal(["spam"], response.Classifications[0].Predictions);
        Assert.Equal([1.0], response.Classifications[0].Confidences);
        Assert.Null(response.Classifications[1].Prediction);
        Assert.Empty(response.Classifications[1].Labels);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"classifications":[{"prediction":"a"}]}""")]
    [InlineData("""{"classifications":[{"prediction":"a"},null]}""")]
    [InlineData("""{"classifications":[{"prediction":"a"},{},{}]}""")]
    public async Task A_response_for_other_texts_is_an_error(string json)
    {
        using var server = new FaultServer(Answer.Json(json));
        using CohereSession session = TestSession.Open(server);

        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Classify.ClassifyAsync(Full));

        Assert.Equal(ErrorReason.InvalidAnswer, failure.Reason);
    }

    [Fact]
    public async Task Too_many_texts_are_refused_before_a_call()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<ArgumentException>(() => new CohereClient(session).Classify.ClassifyAsync(new ClassifyRequest()));
        await Assert.ThrowsAsync<ArgumentException>(() => new CohereClient(session).Classify.ClassifyAsync(new ClassifyRequest { Inputs = Enumerable.Repeat("a", 97).ToArray() }));

        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(null, true, true)]
    [InlineData("mine", true, true)]
    [InlineData("mine", false, false)]
    public async Task A_deprecated_call_shows_a_warning(string? model, bool hasExamples, bool isWarned)
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();

        await new CohereClient(session).Classify.ClassifyAsync(Full with { Model = model, Examples = hasExamples ? Full.Examples : null }, notices.Options);

        string[] warnings = notices.All.Where(notice => notice.Kind == ApiNoticeKind.Warning).Select(notice => notice.Message).ToArray();
        Assert.Equal(isWarned ? ["Classification without a fine-tuned model is deprecated. It still works, but Cohere may stop supporting it."] : [], warnings);
    }

    private static async Task<JsonElement> SendAsync(ClassifyRequest request)
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        await new CohereClient(session).Classify.ClassifyAsync(request);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v1/classify", $"{sent.Method} {sent.Target}");
        return sent.Json;
    }
}
