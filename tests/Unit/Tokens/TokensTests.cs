using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class TokensTests
{
    private const string Tokenized = """{"tokens":[10,20,30],"token_strings":["Gr","üße"," 👋"],"meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":3}}}""";
    private const string Detokenized = """{"text":"Grüße 👋","meta":{"billed_units":{"input_tokens":3}}}""";

    [Fact]
    public async Task A_text_is_sent_with_the_model_of_the_session()
    {
        (JsonElement body, TokenizeResponse response) = await TokenizeAsync("Grüße 👋");

        Assert.Equal(["text", "model"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal("Grüße 👋", body.GetProperty("text").GetString());
        Assert.Equal(DefaultModels.Chat, body.GetProperty("model").GetString());
        Assert.Equal([10, 20, 30], response.Tokens);
        Assert.Equal(["Gr", "üße", " 👋"], response.TokenStrings);
        Assert.Equal(3, response.Usage.BilledInputTokens);
    }

    [Fact]
    public async Task Tokens_are_sent_with_their_model()
    {
        (JsonElement body, DetokenizeResponse response) = await DetokenizeAsync([10, 0, int.MaxValue], "tokenizer-x");

        Assert.Equal("""{"tokens":[10,0,2147483647],"model":"tokenizer-x"}""", body.GetRawText());
        Assert.Equal("Grüße 👋", response.Text);
    }

    [Fact]
    public async Task Every_request_matches_the_API_description()
    {
        foreach (string text in new[] { "a", " ", new string('x', 65536), string.Concat(Enumerable.Repeat("👋", 65536)) })
        {
            Assert.Empty(ApiDescription.Current.RequestErrors("tokenize", (await TokenizeAsync(text)).Body));
        }

        Assert.Empty(ApiDescription.Current.RequestErrors("detokenize", (await DetokenizeAsync([1], null)).Body));
        Assert.Empty(ApiDescription.Current.RequestErrors("detokenize", (await DetokenizeAsync(new int[65536], "m")).Body));
    }

    [Fact]
    public void The_responses_in_these_tests_match_the_API()
    {
        Assert.Empty(ApiDescription.Current.ResponseErrors("tokenize", 200, JsonDocument.Parse(Tokenized).RootElement));
        Assert.Empty(ApiDescription.Current.ResponseErrors("detokenize", 200, JsonDocument.Parse(Detokenized).RootElement));
    }

    [Fact]
    public async Task Invalid_input_is_refused_before_a_call()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);
        TokensClient tokens = new CohereClient(session).Tokens;

        await Assert.ThrowsAsync<ArgumentException>(() => tokens.TokenizeAsync(string.Empty));
        await Assert.ThrowsAsync<ArgumentException>(() => tokens.TokenizeAsync(new string('x', 65537)));
        await Assert.ThrowsAsync<ArgumentException>(() => tokens.DetokenizeAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => tokens.DetokenizeAsync(new int[65537]));

        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tokens":null,"text":null}""")]
    [InlineData("""{"tokens":["a"],"text":1}""")]
    public async Task A_response_without_the_result_is_an_error(string json)
    {
        using var server = new FaultServer(Answer.Json(json));
        using CohereSession session = TestSession.Open(server);
        TokensClient tokens = new CohereClient(session).Tokens;

        Assert.Equal(ErrorReason.InvalidAnswer, (await Assert.ThrowsAsync<CohereException>(() => tokens.TokenizeAsync("a"))).Reason);
        Assert.Equal(ErrorReason.InvalidAnswer, (await Assert.ThrowsAsync<CohereException>(() => tokens.DetokenizeAsync([1]))).Reason);
    }

    [Fact]
    public async Task Calls_can_be_retried_and_are_counted()
    {
        using var server = new FaultServer(Answer.Status(503), Answer.Json(Tokenized));
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).Tokens.TokenizeAsync("a", "m");

        UsageRecord usage = Assert.Single(session.GetUsage());
        Assert.Equal("Tokenize m 1 1", $"{usage.Operation} {usage.Model} {usage.Calls} {usage.Retries}");
        Assert.Equal(3, usage.BilledInputTokens);
    }

    private static async Task<(JsonElement Body, TokenizeResponse Response)> TokenizeAsync(string text)
    {
        using var server = new FaultServer(Answer.Json(Tokenized));
        using CohereSession session = TestSession.Open(server);
        TokenizeResponse response = await new CohereClient(session).Tokens.TokenizeAsync(text);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v1/tokenize", $"{sent.Method} {sent.Target}");
        return (sent.Json, response);
    }

    private static async Task<(JsonElement Body, DetokenizeResponse Response)> DetokenizeAsync(int[] tokens, string? model)
    {
        using var server = new FaultServer(Answer.Json(Detokenized));
        using CohereSession session = TestSession.Open(server);
        DetokenizeResponse response = await new CohereClient(session).Tokens.DetokenizeAsync(tokens, model);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v1/detokenize", $"{sent.Method} {sent.Target}");
        return (sent.Json, response);
    }
}
