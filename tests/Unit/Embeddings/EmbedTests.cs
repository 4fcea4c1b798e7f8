using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Embeddings;

public sealed class EmbedTests
{
    private static readonly float[] Numbers = [0.5f, -1.25f, 3e-20f, -0f];

    private static string AsBase64 { get; } = Convert.ToBase64String(Numbers.SelectMany(BitConverter.GetBytes).ToArray());

    private static EmbedRequest Full { get; } = new()
    {
        Model = "embed-v4.0",
        InputType = EmbedInputType.Clustering,
        Texts = ["Grüße"],
        MaxTokens = 100,
        OutputDimension = 256,
        EmbeddingTypes = [EmbeddingType.Float, EmbeddingType.Int8, EmbeddingType.Uint8, EmbeddingType.Binary, EmbeddingType.Ubinary, EmbeddingType.Base64],
        Truncate = TruncateMode.Start,
        Priority = 9,
    };

    public static TheoryData<string> Kinds => ["texts", "images", "inputs"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_body_matches_the_API_description(string kind)
    {
        EmbedRequest request = kind switch
        {
            "texts" => Full,
            "images" => Full with { Texts = null, Images = ["data:image/png;base64,AA=="], InputType = EmbedInputType.Image },
            _ => Full with { Texts = null, Inputs = [new EmbedInput([EmbedContent.FromText("a"), EmbedContent.FromImage("data:image/png;base64,AA==")])] },
        };
        JsonElement body = await SentAsync(request);

        Assert.Empty(ApiDescription.Current.RequestErrors("embedv2", body));
        Assert.True(body.TryGetProperty(kind, out _));
    }

    [Fact]
    public async Task Every_parameter_has_the_name_and_format_of_the_API()
    {
        JsonElement body = await SentAsync(Full);

        Assert.Equal(
            """{"model":"embed-v4.0","input_type":"clustering","texts":["Grüße"],"max_tokens":100,"output_dimension":256,"embedding_types":["int8","uint8","binary","ubinary","base64"],"truncate":"START","priority":9}""",
            body.GetRawText());
    }

    [Fact]
    public async Task Values_that_are_not_set_are_not_sent()
    {
        JsonElement body = await SentAsync(new EmbedRequest { Texts = ["a"] });

        Assert.Equal($$"""{"model":"{{DefaultModels.Embed}}","input_type":"search_document","texts":["a"],"embedding_types":["base64"]}""", body.GetRawText());
    }

    [Fact]
    public async Task Floats_are_sent_as_base64_and_keep_every_bit()
    {
        using var server = new FaultServer(Answer.Json($$"""{"id":"1","embeddings":{"base64":["{{AsBase64}}","{{AsBase64.Replace("/", "\\/", StringComparison.Ordinal)}}"]},"meta":{"billed_units":{"input_tokens":7} } }"""));
        using CohereSession session = TestSession.Open(server);
        EmbedResponse response = await Client(session).EmbedAsync(new EmbedRequest { Texts = ["a", "b"], Model = "m" });

        Assert.Equal("1", response.Id);
        Assert.Equal(7, response.Usage.BilledInputTokens);
        Assert.Equal(["a", "b"], response.Embeddings.Select(embedding => embedding.Text));
        Assert.Equal([0L, 1L], response.Embeddings.Select(embedding => embedding.Index));
        Assert.All(response.Embeddings, embedding =>
        {
            Assert.Equal(Numbers.Select(BitConverter.SingleToInt32Bits), embedding.Vector!.Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(4, embedding.Dimension);
            Assert.Equal("m", embedding.Model);
            Assert.Null(embedding.Base64);
        });
    }

    [Fact]
    public async Task A_server_that_refuses_base64_gets_only_requests_for_floats_from_then_on()
    {
        using var server = new FaultServer(exchange => Text(exchange).Contains("base64", StringComparison.Ordinal)
            ? Answer.Json("""{"message":"unknown value for embedding_types"}""", 400)
            : Answer.Json("""{"id":"1","embeddings":{"float":[[1,2.5]]}}"""));
        using CohereSession session = TestSession.Open(server);

        EmbedResponse first = await Client(session).EmbedAsync(new EmbedRequest { Texts = ["a"] });
        await Client(session).EmbedAsync(new EmbedRequest { Texts = ["b"] });

        Assert.Equal([1f, 2.5f], first.Embeddings[0].Vector!);
        Assert.Equal(3, server.Requests.Count);
        Assert.Contains("\"float\"", Text(server.Requests[2]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_input_does_not_turn_base64_off()
    {
        using var server = new FaultServer(exchange => Text(exchange).Contains("bad", StringComparison.Ordinal)
            ? Answer.Json("""{"message":"texts[0] is bad"}""", 400)
            : Answer.Json($$"""{"id":"1","embeddings":{"base64":["{{AsBase64}}"]} }"""));
        using CohereSession session = TestSession.Open(server);

        CohereException refused = await Assert.ThrowsAsync<CohereException>(() => Client(session).EmbedAsync(new EmbedRequest { Texts = ["bad"] }));
        await Client(session).EmbedAsync(new EmbedRequest { Texts = ["good"] });
        await Assert.ThrowsAsync<CohereException>(() => Client(session).EmbedAsync(new EmbedRequest { Texts = ["bad"] }));

        Assert.Contains("texts[0] is bad", refused.Message, StringComparison.Ordinal);
        // The first refusal leads to a second request. Once base64 has worked, refusals don't.
        Assert.Equal(["base64", "float", "base64", "base64"], server.Requests.Select(request => Text(request).Contains("base64", StringComparison.Ordinal) ? "base64" : "float"));
    }

    [Fact]
    public async Task A_response_with_unrequested_floats_is_read()
    {
        EmbedResponse response = await AnswerAsync("""{"id":"1","embeddings":{"float":[[0.1,-2e-3]]}}""", new EmbedRequest { Texts = ["a"] });

        Assert.Equal([0.1f, -2e-3f], response.Embeddings[0].Vector!);
    }

    [Fact]
    public async Task Every_format_becomes_an_array_of_its_type()
    {
        EmbedResponse response = await AnswerAsync(
            $$"""{"response_type":"embeddings_by_type","id":"1","embeddings":{"base64":["{{AsBase64}}"],"int8":[[-128,127,0,1]],"uint8":[[0,255,128,1]],"binary":[[-128]],"ubinary":[[255]],"newer":[{"a":[1]}],"float":null},"texts":["x"]}""",
            Full with { Texts = ["x"] });

        Embedding embedding = response.Embeddings[0];
        Assert.Equal(Numbers, embedding.Vector);
        Assert.Equal([-128, 127, 0, 1], embedding.Int8!.Select(number => (int)number));
        Assert.Equal([0, 255, 128, 1], embedding.Uint8!.Select(number => (int)number));
        Assert.Equal([-128], embedding.Binary!.Select(number => (int)number));
        Assert.Equal([255], embedding.Ubinary!.Select(number => (int)number));
        Assert.Equal(AsBase64, embedding.Base64);
        Assert.Equal(EmbedInputType.Clustering, embedding.InputType);
    }

    [Theory]
    [InlineData("""{"binary":[[1,2]]}""", EmbeddingType.Binary, 16)]
    [InlineData("""{"ubinary":[[1,2]]}""", EmbeddingType.Ubinary, 16)]
    [InlineData("""{"int8":[[1,2]]}""", EmbeddingType.Int8, 2)]
    [InlineData("""{"base64":["AAAAAAAAAAA="]}""", EmbeddingType.Base64, 2)]
    public async Task Every_format_gives_the_dimension(string embeddings, EmbeddingType type, int dimension)
    {
        EmbedResponse response = await AnswerAsync($$"""{"id":"1","embeddings":{{embeddings}} }""", new EmbedRequest { Texts = ["a"], EmbeddingTypes = [type] });

        Assert.Equal(dimension, response.Embeddings[0].Dimension);
    }

    [Theory]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"id":"1","embeddings":{"float":[]}}""")]
    [InlineData("""{"id":"1","embeddings":{"float":[[1],[2]]}}""")]
    [InlineData("""{"id":"1","embeddings":{"float":[[]]}}""")]
    [InlineData("""{"id":"1","embeddings":{"float":[["a"]]}}""")]
    [InlineData("""{"id":"1","embeddings":{"float":[1]}}""")]
    [InlineData("""{"id":"1","embeddings":{"int8":[[1]]}}""")]
    [InlineData("""{"id":"1","embeddings":{"base64":["AAA="]}}""")]
    [InlineData("""{"id":"1","embeddings":{"base64":["####"]}}""")]
    [InlineData("""{"id":"1","embeddings":{"base64":[""]}}""")]
    [InlineData("""{"id":"1","embeddings":[[1]]}""")]
    [InlineData("""[]""")]
    [InlineData("""{"id":"1","embeddings":{"float":[[1]""")]
    public async Task A_response_that_does_not_match_the_request_is_an_error_and_never_a_missing_vector(string answer)
    {
        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => AnswerAsync(answer, new EmbedRequest { Texts = ["a"] }));

        Assert.Equal(ErrorReason.InvalidAnswer, exception.Reason);
    }

    [Fact]
    public async Task Only_one_kind_of_input_and_at_most_96_are_sent()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);
        string[] tooMany = Enumerable.Repeat("a", 97).ToArray();

        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => Client(session).EmbedAsync(new EmbedRequest { Texts = tooMany }));
        await Assert.ThrowsAsync<ArgumentException>(() => Client(session).EmbedAsync(new EmbedRequest()));
        await Assert.ThrowsAsync<ArgumentException>(() => Client(session).EmbedAsync(new EmbedRequest { Texts = [] }));
        await Assert.ThrowsAsync<ArgumentException>(() => Client(session).EmbedAsync(new EmbedRequest { Texts = ["a"], Images = ["b"] }));

        Assert.Contains("97", exception.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Usage_is_summed_exactly_over_calls_in_parallel()
    {
        using var server = new FaultServer(Answer.Json($$"""{"id":"1","embeddings":{"base64":["{{AsBase64}}"]},"meta":{"billed_units":{"input_tokens":3,"images":2} } }"""));
        using CohereSession session = TestSession.Open(server);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Client(session).EmbedAsync(new EmbedRequest { Texts = ["a"], Model = "m" })));

        UsageRecord usage = Assert.Single(session.GetUsage());
        Assert.Equal(50, usage.Calls);
        Assert.Equal(150, usage.BilledInputTokens);
        Assert.Equal(100, usage.BilledImages);
    }

    private static EmbeddingsClient Client(CohereSession session) => new CohereClient(session).Embeddings;

    private static string Text(FaultExchange exchange) => Encoding.UTF8.GetString(exchange.Body);

    private static async Task<EmbedResponse> AnswerAsync(string answer, EmbedRequest request)
    {
        using var server = new FaultServer(Answer.Json(answer));
        using CohereSession session = TestSession.Open(server);
        return await Client(session).EmbedAsync(request);
    }

    private static async Task<JsonElement> SentAsync(EmbedRequest request)
    {
        using var server = new FaultServer(Answer.Status(404));
        using CohereSession session = TestSession.Open(server);
        await Assert.ThrowsAsync<CohereException>(() => Client(session).EmbedAsync(request));
        return JsonDocument.Parse(server.Requests[0].Body).RootElement;
    }
}
