using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class RerankTests
{
    private const string Answered = """
        {"id":"r1","results":[{"index":1,"relevance_score":0.98},{"index":0,"relevance_score":2.5e-05}],
         "meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1}}}
        """;

    private static RerankRequest Full => new()
    {
        Model = "rerank-x",
        Query = "Grüße 👋",
        Documents = ["one", "title: two\ntext: 世界\n"],
        TopN = 2,
        MaxTokensPerDoc = 512,
        Priority = 7,
    };

    [Fact]
    public async Task Every_parameter_has_the_name_of_the_API()
    {
        JsonElement body = await SendAsync(Full);

        Assert.Equal(["model", "query", "documents", "top_n", "max_tokens_per_doc", "priority"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal("rerank-x", body.GetProperty("model").GetString());
        Assert.Equal("Grüße 👋", body.GetProperty("query").GetString());
        Assert.Equal(Full.Documents, body.GetProperty("documents").EnumerateArray().Select(document => document.GetString()!));
        Assert.Equal([2, 512, 7], [body.GetProperty("top_n").GetInt32(), body.GetProperty("max_tokens_per_doc").GetInt32(), body.GetProperty("priority").GetInt32()]);
    }

    [Fact]
    public async Task Values_that_are_not_set_are_not_sent_and_the_model_is_the_sessions()
    {
        JsonElement body = await SendAsync(new RerankRequest { Query = "q", Documents = ["a", "b"] });

        Assert.Equal(["model", "query", "documents"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal(DefaultModels.Rerank, body.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Every_request_matches_the_API_description()
    {
        foreach (RerankRequest request in new[] { Full, Full with { TopN = null, MaxTokensPerDoc = null, Priority = null, Model = null } })
        {
            Assert.Empty(ApiDescription.Current.RequestErrors("rerankv2", await SendAsync(request)));
        }
    }

    [Fact]
    public void The_response_in_these_tests_matches_the_API() =>
        Assert.Empty(ApiDescription.Current.ResponseErrors("rerankv2", 200, JsonDocument.Parse(Answered).RootElement));

    [Fact]
    public async Task Results_and_costs_are_read()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        var client = new CohereClient(session);

        RerankResponse response = await client.Rerank.RerankAsync(Full);
        await client.Rerank.RerankAsync(Full);

        Assert.Equal("r1", response.Id);
        Assert.Equal([new RerankScore(1, 0.98), new RerankScore(0, 2.5e-05)], response.Results);
        Assert.Equal(1, response.Usage.BilledSearchUnits);
        UsageRecord usage = Assert.Single(session.GetUsage());
        Assert.Equal("Rerank rerank-x", $"{usage.Operation} {usage.Model}");
        Assert.Equal(2, usage.BilledSearchUnits);
    }

    [Theory]
    [InlineData("""{"results":[{"index":0,"relevance_score":0.1},{"index":2,"relevance_score":0.1}]}""")]
    [InlineData("""{"results":[{"index":-1,"relevance_score":0.1},{"index":1,"relevance_score":0.1}]}""")]
    [InlineData("""{"results":[{"index":1,"relevance_score":0.1},{"index":1,"relevance_score":0.2}]}""")]
    [InlineData("""{"results":[{"relevance_score":0.1},{"index":1,"relevance_score":0.2}]}""")]
    [InlineData("""{"results":[{"index":0},{"index":1,"relevance_score":0.2}]}""")]
    [InlineData("""{"results":[{"index":0,"relevance_score":0.1},null]}""")]
    [InlineData("""{"results":[{"index":0,"relevance_score":0.1}]}""")]
    [InlineData("""{"results":null}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public async Task A_response_that_ranks_other_documents_is_an_error(string json)
    {
        using var server = new FaultServer(Answer.Json(json));
        using CohereSession session = TestSession.Open(server);

        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Rerank.RerankAsync(Full));

        Assert.Equal(ErrorReason.InvalidAnswer, failure.Reason);
    }

    [Fact]
    public async Task Fewer_results_than_documents_are_valid_if_only_the_best_were_requested()
    {
        using var server = new FaultServer(Answer.Json("""{"results":[{"index":1,"relevance_score":1}]}"""));
        using CohereSession session = TestSession.Open(server);

        RerankResponse response = await new CohereClient(session).Rerank.RerankAsync(Full with { TopN = 1 });

        Assert.Equal(1, Assert.Single(response.Results).Index);
        Assert.Equal(0, response.Usage.BilledSearchUnits);
    }

    [Fact]
    public async Task A_request_without_documents_is_refused_before_a_call()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<ArgumentException>(() => new CohereClient(session).Rerank.RerankAsync(new RerankRequest { Query = "q" }));

        Assert.Empty(server.Requests);
    }

    private static async Task<JsonElement> SendAsync(RerankRequest request)
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        await new CohereClient(session).Rerank.RerankAsync(request);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v2/rerank", $"{sent.Method} {sent.Target}");
        return sent.Json;
    }
}
