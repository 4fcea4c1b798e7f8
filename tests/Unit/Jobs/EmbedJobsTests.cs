using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class EmbedJobsTests
{
    private const string Created = """{"job_id":"j/1","meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":7}}}""";
    private const string Job = """
        {"job_id":"j1","name":"nightly","status":"processing","created_at":"2026-01-02T03:04:05Z","input_dataset_id":"in","output_dataset_id":"out","model":"embed-english-v3.0","truncate":"START","meta":{"billed_units":{"input_tokens":7},"warnings":["row 3 was too long"]}}
        """;

    private static EmbedJobRequest Full => new()
    {
        DatasetId = "d1",
        Model = "embed-english-v3.0",
        InputType = EmbedInputType.SearchQuery,
        EmbeddingTypes = [EmbeddingType.Float, EmbeddingType.Ubinary],
        Truncate = TruncateMode.Start,
        Name = "nightly",
    };

    [Fact]
    public async Task Every_parameter_has_the_name_and_format_of_the_API()
    {
        Assert.Equal(
            """{"model":"embed-english-v3.0","dataset_id":"d1","input_type":"search_query","name":"nightly","embedding_types":["float","ubinary"],"truncate":"START"}""",
            (await SendAsync(Full)).GetRawText());
        Assert.Equal(
            """{"model":"embed-multilingual-v3.0","dataset_id":"d","input_type":"search_document"}""",
            (await SendAsync(new EmbedJobRequest { DatasetId = "d" })).GetRawText());
    }

    [Fact]
    public async Task Every_request_matches_the_API_description()
    {
        EmbedJobRequest[] requests = [Full, new() { DatasetId = "d" }, .. Enum.GetValues<EmbedInputType>().Select(type => Full with { InputType = type }), Full with { EmbeddingTypes = Enum.GetValues<EmbeddingType>(), Truncate = TruncateMode.End }];
        foreach (EmbedJobRequest request in requests)
        {
            Assert.Empty(ApiDescription.Current.RequestErrors("create-embed-job", await SendAsync(request)));
        }
    }

    [Fact]
    public void The_responses_in_these_tests_match_the_API()
    {
        Assert.Empty(ApiDescription.Current.ResponseErrors("create-embed-job", 200, JsonDocument.Parse(Created).RootElement));
        Assert.Empty(ApiDescription.Current.ResponseErrors("get-embed-job", 200, JsonDocument.Parse(Job).RootElement));
        Assert.Empty(ApiDescription.Current.ResponseErrors("list-embed-jobs", 200, JsonDocument.Parse($$"""{"embed_jobs":[{{Job}}]}""").RootElement));
    }

    [Fact]
    public async Task A_started_job_has_the_values_of_the_request()
    {
        using var server = new FaultServer(Answer.Json(Created));
        using CohereSession session = TestSession.Open(server);

        EmbedJob job = await new CohereClient(session).EmbedJobs.CreateAsync(Full);

        Assert.Equal("j/1 Processing embed-english-v3.0 d1 nightly", $"{job.JobId} {job.Status} {job.Model} {job.InputDatasetId} {job.Name}");
        Assert.Equal(EmbedInputType.SearchQuery, job.InputType);
        Assert.Equal([EmbeddingType.Float, EmbeddingType.Ubinary], job.EmbeddingTypes);
        Assert.Equal("j/1", job.ToString());
    }

    [Fact]
    public async Task A_job_is_not_started_twice_if_the_connection_is_lost()
    {
        using var server = new FaultServer(Answer.CutShort(Created));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).EmbedJobs.CreateAsync(Full));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Jobs_are_read_and_an_unknown_status_is_not_an_error()
    {
        using var server = new FaultServer(Answer.Json(Job), Answer.Json($$"""{"embed_jobs":[{{Job}},null,{"job_id":"j2","status":"reviewing"}]}"""), Answer.Json("{}"));
        using CohereSession session = TestSession.Open(server);
        EmbedJobsClient client = new CohereClient(session).EmbedJobs;

        EmbedJob job = await client.GetAsync("j/1?");
        Assert.Equal("j1 nightly Processing in out START", $"{job.JobId} {job.Name} {job.Status} {job.InputDatasetId} {job.OutputDatasetId} {job.Truncate.ToString()!.ToUpperInvariant()}");
        Assert.Equal((7L, "row 3 was too long"), (job.Usage?.BilledInputTokens, Assert.Single(job.Warnings)));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), job.CreatedAt);
        Assert.Equal([EmbedJobStatus.Processing, EmbedJobStatus.Unknown], (await client.ListAsync()).Select(item => item.Status));
        Assert.Empty(await client.ListAsync());
        Assert.Equal(["/v1/embed-jobs/j%2F1%3F", "/v1/embed-jobs", "/v1/embed-jobs"], server.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task Canceling_a_job_has_neither_request_body_nor_response_body()
    {
        using var server = new FaultServer(Answer.Empty());
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).EmbedJobs.CancelAsync("j1");

        Assert.Equal("POST /v1/embed-jobs/j1/cancel", $"{server.Requests[0].Method} {server.Requests[0].Target}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("..")]
    public async Task An_id_that_would_lead_to_another_path_is_refused(string id)
    {
        using var server = new FaultServer(Answer.Json(Job));
        using CohereSession session = TestSession.Open(server);
        var client = new CohereClient(session);

        await Assert.ThrowsAsync<ArgumentException>(() => client.EmbedJobs.GetAsync(id));
        await Assert.ThrowsAsync<ArgumentException>(() => client.EmbedJobs.CancelAsync(id));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Batches.GetAsync(id));
        await Assert.ThrowsAsync<ArgumentException>(() => client.FineTuning.DeleteAsync(id));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"job_id":""}""")]
    public async Task An_answer_without_an_id_is_an_error(string json)
    {
        using var server = new FaultServer(Answer.Json(json));
        using CohereSession session = TestSession.Open(server);

        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).EmbedJobs.CreateAsync(Full));

        Assert.Equal(ErrorReason.InvalidAnswer, failure.Reason);
    }

    private static async Task<JsonElement> SendAsync(EmbedJobRequest request)
    {
        using var server = new FaultServer(Answer.Json(Created));
        using CohereSession session = TestSession.Open(server);
        await new CohereClient(session).EmbedJobs.CreateAsync(request);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v1/embed-jobs", $"{sent.Method} {sent.Target}");
        return sent.Json;
    }
}
