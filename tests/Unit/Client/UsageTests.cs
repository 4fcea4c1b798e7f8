using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class UsageTests
{
    [Fact]
    public async Task The_cost_of_calls_in_parallel_adds_up_exactly()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => chat.SendAsync(ChatJson.Question() with { Model = number % 4 == 0 ? "a" : "b" })));

        IReadOnlyList<UsageRecord> usage = session.GetUsage();
        Assert.Equal(["Chat a", "Chat b"], usage.Select(record => $"{record.Operation} {record.Model}"));
        Assert.Equal([25L, 75L], usage.Select(record => record.Calls));
        Assert.Equal([25L * 71, 75L * 71], usage.Select(record => record.InputTokens));
        Assert.Equal([25L * 9, 75L * 9], usage.Select(record => record.OutputTokens));
        Assert.Equal([25L * 5, 75L * 5], usage.Select(record => record.BilledInputTokens));
        Assert.Equal([25L * 7, 75L * 7], usage.Select(record => record.BilledOutputTokens));
        Assert.Equal([25L * 64, 75L * 64], usage.Select(record => record.CachedTokens));
    }

    [Fact]
    public async Task The_tokens_of_thoughts_and_images_are_counted()
    {
        using var server = new FaultServer(Answer.Json(
            """{"id":"c1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[]},"usage":{"billed_units":{"input_tokens":5,"image_tokens":3},"tokens":{"input_tokens":300,"output_tokens":40,"reasoning_tokens":29,"image_tokens":259}}}"""));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        ChatResponse response = await chat.SendAsync(ChatJson.Question());
        await chat.SendAsync(ChatJson.Question());

        Assert.Equal((29L, 259L, 3L), (response.Usage.ReasoningTokens, response.Usage.ImageTokens, response.Usage.BilledImageTokens));
        UsageRecord record = Assert.Single(session.GetUsage());
        Assert.Equal((58L, 518L, 6L), (record.ReasoningTokens, record.ImageTokens, record.BilledImageTokens));
    }

    [Theory]
    [InlineData("""{"job_id":"j1","meta":{"billed_units":{"input_tokens":7}}}""", ", usage 7 in")]
    [InlineData("""{"job_id":"j1","meta":{"api_version":{"version":"1"}}}""", "")]
    public async Task The_cost_of_a_call_is_reported_if_there_is_one(string answer, string said)
    {
        using var server = new FaultServer(Answer.Json(answer));
        using CohereSession session = TestSession.Open(server);
        var notices = new Notices();

        await new CohereClient(session).EmbedJobs.CreateAsync(new EmbedJobRequest { DatasetId = "d" }, notices.Options);

        Assert.Matches($"request id \\S+{said}$", Assert.Single(notices.All).Message);
    }

    [Fact]
    public async Task The_cost_of_a_call_with_several_texts_is_divided_by_their_length_without_a_remainder()
    {
        using var server = new FaultServer(Answer.Json("""{"id":"e","embeddings":{"float":[[1],[2],[3],[4]]},"meta":{"billed_units":{"input_tokens":10,"images":3}}}"""));
        using CohereSession session = TestSession.Open(server);

        EmbedResponse response = await new CohereClient(session).Embeddings.EmbedAsync(new EmbedRequest { Texts = ["a", "bb", "", "ccc"] });

        Assert.Equal([1L, 4L, 0L, 5L], response.Embeddings.Select(embedding => embedding.Usage!.BilledInputTokens));
        Assert.Equal(3L, response.Embeddings.Sum(embedding => embedding.Usage!.BilledImages));
        Assert.Equal(10L, response.Usage.BilledInputTokens);
    }

    [Fact]
    public async Task The_cost_of_a_call_with_several_images_is_divided_equally()
    {
        using var server = new FaultServer(Answer.Json("""{"id":"e","embeddings":{"float":[[1],[2]]},"meta":{"billed_units":{"images":2,"image_tokens":9}}}"""));
        using CohereSession session = TestSession.Open(server);

        EmbedResponse response = await new CohereClient(session).Embeddings.EmbedAsync(new EmbedRequest { Images = ["data:image/png;base64,AA==", "data:image/png;base64,AAAAAAAAAA=="] });

        Assert.Equal([(1L, 4L), (1L, 5L)], response.Embeddings.Select(embedding => (embedding.Usage!.BilledImages, embedding.Usage.BilledImageTokens)));
    }

    [Fact]
    public void Shares_have_every_field_and_always_add_up()
    {
        System.Reflection.PropertyInfo[] fields = typeof(Usage).GetProperties().Where(field => field.CanWrite).ToArray();
        var usage = new Usage();
        foreach (System.Reflection.PropertyInfo field in fields)
        {
            field.SetValue(usage, field.PropertyType == typeof(decimal) ? (object)1.25m : long.MaxValue);
        }

        IReadOnlyList<Usage> shares = UsageShares.ByWeight(usage, [3, 0, 7, int.MaxValue, 1, int.MaxValue]);

        foreach (System.Reflection.PropertyInfo field in fields)
        {
            decimal[] values = shares.Select(share => System.Convert.ToDecimal(field.GetValue(share), System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(System.Convert.ToDecimal(field.GetValue(usage), System.Globalization.CultureInfo.InvariantCulture), values.Sum());
            Assert.All(values, value => Assert.True(value >= 0, field.Name));
        }
    }

    [Fact]
    public async Task Failures_and_retries_are_counted()
    {
        using var server = new FaultServer(Answer.Status(500), Answer.Status(503), Answer.Ok(), Answer.Status(404));
        using CohereSession session = TestSession.Open(server);

        await session.ReadAsync();
        await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        UsageRecord record = Assert.Single(session.GetUsage());
        Assert.Equal("GetModel", record.Operation);
        Assert.Equal(2, record.Calls);
        Assert.Equal(1, record.FailedCalls);
        Assert.Equal(2, record.Retries);
    }

    [Fact]
    public async Task Retries_of_a_call_without_a_response_are_counted_as_well()
    {
        // A refusal that takes a second isn't retried.
        await TestSession.WarmUpAsync();
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = FaultServer.ClosedAddress(), MaxRetryCount = 3 });

        await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());

        Assert.Equal(1, Assert.Single(session.GetUsage()).Retries);
    }

    [Fact]
    public async Task A_reset_loses_no_call()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);
        ChatClient chat = new CohereClient(session).Chat;

        Task calls = Task.WhenAll(Enumerable.Range(0, 100).Select(_ => chat.SendAsync(ChatJson.Question())));
        long counted = 0;
        while (!calls.IsCompleted)
        {
            counted += session.GetUsage(reset: true).Sum(record => record.Calls);
            await Task.Delay(1);
        }

        await calls;
        counted += session.GetUsage(reset: true).Sum(record => record.Calls);

        Assert.Equal(100, counted);
        Assert.Empty(session.GetUsage());
    }

    [Fact]
    public async Task A_snapshot_does_not_change_afterwards()
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await session.ReadAsync();
        UsageRecord record = Assert.Single(session.GetUsage());
        await session.ReadAsync();

        Assert.Equal(1, record.Calls);
        Assert.Equal(2, Assert.Single(session.GetUsage()).Calls);
    }

    [Theory]
    [InlineData("""{"meta":{"api_version":{"version":"1"},"billed_units":{"classifications":3}}}""", 3)]
    [InlineData("""{"usage":{"billed_units":{"classifications":2.0}}}""", 2)]
    [InlineData("""{"usage":{"tokens":"many"}}""", 0)]
    [InlineData("""{"meta":[]}""", 0)]
    [InlineData("""{"usage":null,"meta":{"billed_units":{"classifications":1}}}""", 1)]
    [InlineData("""{"usage":{"billed_units":null,"tokens":{"input_tokens":null}}}""", 0)]
    public async Task The_units_of_any_response_are_counted_if_they_can_be_read(string json, long classifications)
    {
        using var server = new FaultServer(Answer.Json(json));
        using CohereSession session = TestSession.Open(server);

        await session.ReadAsync();

        Assert.Equal(classifications, Assert.Single(session.GetUsage()).BilledClassifications);
    }

    [Fact]
    public async Task Fractions_of_search_units_add_up()
    {
        using var server = new FaultServer(Answer.Json("""{"meta":{"billed_units":{"search_units":0.1}}}"""));
        using CohereSession session = TestSession.Open(server);

        await session.ReadAsync();
        await session.ReadAsync();
        await session.ReadAsync();

        Assert.Equal(0.3m, Assert.Single(session.GetUsage()).BilledSearchUnits);
    }
}
