using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class BatchesTests
{
    private const string Answered = """
        {"batch":{"id":"b1","name":"nightly","creator_id":"u","org_id":"o","status":"BATCH_STATUS_IN_PROGRESS","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:05:00Z",
         "input_dataset_id":"in","output_dataset_id":"out","input_tokens":"9007199254740993","output_tokens":"12","model":"command-a-03-2025","num_records":10,"num_successful_records":4,"num_failed_records":1,"status_reason":"busy"}}
        """;

    private static BatchRequest Full => new() { Name = "nightly", DatasetId = "in", Model = "command-a-03-2025" };

    [Fact]
    public async Task The_order_of_a_list_is_sent_with_each_page()
    {
        using var server = new FaultServer(Answer.Json("""{"next_page_token":"p2"}"""), Answer.Json("{}"));
        using CohereSession session = TestSession.Open(server);
        var client = new CohereClient(session);

        await client.Batches.ListAsync("updated_at desc").ToListAsync();
        await client.FineTuning.ListAsync("created_at").ToListAsync();
        await client.FineTuning.ListEventsAsync("m", "created_at desc").ToListAsync();
        await client.Batches.ListAsync().ToListAsync();

        Assert.Equal(
            ["order_by=updated_at%20desc", "order_by=updated_at%20desc", "order_by=created_at", "order_by=created_at%20desc", null],
            server.Requests.Select(request => request.Target.Split('?', '&').FirstOrDefault(part => part.StartsWith("order_by=", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_started_batch_has_its_counts_as_numbers()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        Batch batch = await new CohereClient(session).Batches.CreateAsync(Full);

        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v2/batches", $"{sent.Method} {sent.Target}");
        Assert.Equal("""{"name":"nightly","input_dataset_id":"in","model":"command-a-03-2025"}""", sent.Json.GetRawText());
        Assert.Equal("b1 nightly InProgress busy in out u o", $"{batch} {batch.Name} {batch.Status} {batch.StatusReason} {batch.InputDatasetId} {batch.OutputDatasetId} {batch.CreatorId} {batch.OrganizationId}");
        Assert.Equal(9007199254740993, batch.InputTokens);
        Assert.Equal((12L, 10L, 4L, 1L), (batch.OutputTokens, batch.RecordCount, batch.SuccessfulRecordCount, batch.FailedRecordCount));
        Assert.Equal(5, batch.UpdatedAt?.Minute);
    }

    [Fact]
    public void The_request_and_the_responses_match_the_API_description()
    {
        JsonElement answer = JsonDocument.Parse(Answered).RootElement;
        foreach (string operation in new[] { "CreateBatch", "GetBatch" })
        {
            Assert.Empty(ApiDescription.Current.ResponseErrors(operation, 200, answer));
        }

        JsonElement request = JsonDocument.Parse(JsonBody.Serialize(Full, BatchesJsonContext.Default.BatchRequest)).RootElement;
        Assert.Empty(ApiDescription.Current.RequestErrors("CreateBatch", request));
    }

    [Theory]
    [InlineData("BATCH_STATUS_QUEUED", BatchStatus.Queued)]
    [InlineData("BATCH_STATUS_CANCELING", BatchStatus.Canceling)]
    [InlineData("BATCH_STATUS_COMPLETED", BatchStatus.Completed)]
    [InlineData("BATCH_STATUS_FAILED", BatchStatus.Failed)]
    [InlineData("BATCH_STATUS_CANCELED", BatchStatus.Canceled)]
    [InlineData("BATCH_STATUS_UNSPECIFIED", BatchStatus.Unspecified)]
    [InlineData("BATCH_STATUS_OF_TOMORROW", BatchStatus.Unspecified)]
    public async Task Every_status_is_read(string text, BatchStatus expected)
    {
        using var server = new FaultServer(Answer.Json($$$"""{"batch":{"id":"b","status":"{{{text}}}"}}"""));
        using CohereSession session = TestSession.Open(server);

        Assert.Equal(expected, (await new CohereClient(session).Batches.GetAsync("b")).Status);
    }

    [Fact]
    public async Task Batches_are_listed_from_all_pages_and_a_repeated_token_ends_the_list()
    {
        using var server = new FaultServer(
            Answer.Json("""{"batches":[{"id":"a"},null],"next_page_token":"2"}"""),
            Answer.Json("""{"next_page_token":"3"}"""),
            Answer.Json("""{"batches":[{"id":"b"}],"next_page_token":"2"}"""));
        using CohereSession session = TestSession.Open(server);

        Assert.Equal(["a", "b"], (await new CohereClient(session).Batches.ListAsync().ToListAsync()).Select(batch => batch.BatchId));

        Assert.Equal(
            ["/v2/batches?page_size=1000", "/v2/batches?page_size=1000&page_token=2", "/v2/batches?page_size=1000&page_token=3"],
            server.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task A_batch_is_canceled_by_the_verb_after_its_id()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await new CohereClient(session).Batches.CancelAsync("b:1");

        Assert.Equal("POST /v2/batches/b%3A1:cancel", $"{server.Requests[0].Method} {server.Requests[0].Target}");
    }

    [Fact]
    public async Task A_batch_is_not_started_twice_if_the_connection_is_lost()
    {
        using var server = new FaultServer(Answer.CutShort(Answered));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Batches.CreateAsync(Full));

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"batch":{}}""")]
    [InlineData("""{"batch":{"id":"b","input_tokens":"many"}}""")]
    public async Task A_response_without_a_batch_is_an_error(string json)
    {
        using var server = new FaultServer(Answer.Json(json));
        using CohereSession session = TestSession.Open(server);

        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Batches.GetAsync("b"));

        Assert.Equal(ErrorReason.InvalidAnswer, failure.Reason);
    }
}
