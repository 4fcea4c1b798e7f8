using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class BudgetTests
{
    // What ChatJson's answers bill: 5 tokens in and 7 out.
    private const decimal CostOfAnAnswer = ((5 * 2.5m) + (7 * 10)) / 1_000_000;

    [Fact]
    public async Task Calls_in_parallel_wait_for_the_cost_of_the_others_instead_of_passing_the_budget()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = Open(server, budget: 0.0815m);

        // Each reserves 0.08 US dollars and more for the longest answer, so that two never fit at the same time.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Ask(session)));

        Assert.Equal(10 * CostOfAnAnswer, session.BudgetUsed);
    }

    [Fact]
    public async Task A_call_that_could_pass_the_budget_is_not_sent()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = Open(server, budget: 0.05m);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => Ask(session));

        Assert.Equal(ErrorReason.BudgetExceeded, exception.Reason);
        Assert.Contains("Of the budget of 0.05, 0.00 are used.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, exception.Attempts);
        Assert.Empty(session.GetUsage());
        Assert.Equal(0, session.BudgetUsed);

        await Ask(session, maxTokens: 100);
        Assert.Equal(CostOfAnAnswer, session.BudgetUsed);
    }

    [Fact]
    public async Task The_limit_of_calls_counts_calls_that_may_cost_money_and_no_others()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, CallLimit = 2 });

        await session.ReadAsync();
        await Ask(session);
        await Ask(session);
        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => Ask(session));
        await session.ReadAsync();

        Assert.Equal(ErrorReason.BudgetExceeded, exception.Reason);
        Assert.Equal(2, session.CallsUsed);
    }

    [Theory]
    [InlineData("""{"billed_units":{"input_tokens":-1000000000,"output_tokens":-5},"tokens":{"input_tokens":-7,"output_tokens":-9}}""")]
    [InlineData("""{"billed_units":{"input_tokens":"-1000000000","output_tokens":-1e18,"search_units":-0.5,"images":-1,"pages":-1}}""")]
    public async Task A_negative_usage_gives_nothing_back(string usage)
    {
        using var server = new FaultServer(Answer.Json($$"""{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"Hi"}]},"usage":{{usage}}}"""));
        using CohereSession session = Open(server, budget: 1);

        ChatResponse answer = await Ask(session, maxTokens: 100);

        // The cost isn't known, so it counts as the most that the call could cost.
        Assert.InRange(session.BudgetUsed ?? 0, 100 * 10m / 1_000_000, 0.01m);
        Assert.Equal(string.Empty, answer.Usage.ToString());
        Assert.Equal(0, answer.Usage.BilledSearchUnits);
        Assert.All(session.GetUsage(), record => Assert.True(record.InputTokens >= 0 && record.BilledInputTokens >= 0 && record.OutputTokens >= 0));
    }

    [Fact]
    public async Task An_answer_that_refuses_the_call_costs_nothing()
    {
        using var server = new FaultServer(Answer.Json("""{"message":"no"}""", 400));
        using CohereSession session = Open(server, budget: 1);

        await Assert.ThrowsAsync<CohereException>(() => Ask(session));

        Assert.Equal(0, session.BudgetUsed);
    }

    [Theory]
    [InlineData("/v2/chat", """{"model":"no-such-model","messages":[]}""")]
    [InlineData("/v2/chat", """{"messages":[]}""")]
    [InlineData("/v1/embed-jobs", """{"model":"embed-english-v3.0","dataset_id":"d"}""")]
    [InlineData("/v9/unknown", """{"model":"command-a-03-2025"}""")]
    public async Task A_call_whose_cost_cannot_be_known_is_not_sent_with_a_budget(string path, string body)
    {
        using var server = new FaultServer(Answer.Json("{}"));
        using CohereSession session = Open(server, budget: 1);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(
            () => new CohereClient(session).Raw.SendAsync("POST", path, body: System.Text.Encoding.UTF8.GetBytes(body)));

        Assert.Equal(ErrorReason.PriceUnknown, exception.Reason);
        Assert.Empty(session.GetUsage());
    }

    [Theory]
    [InlineData("/v1/embed-jobs")]
    [InlineData("/v2/batches")]
    [InlineData("/v1/finetuning/finetuned-models")]
    public async Task The_advice_for_a_job_is_another_session_and_not_a_price(string path)
    {
        using var server = new FaultServer(Answer.Json("{}"));
        using CohereSession session = Open(server, budget: 1);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(
            () => new CohereClient(session).Raw.SendAsync("POST", path, body: """{"model":"command-a-03-2025"}"""u8.ToArray()));

        Assert.EndsWith("has a budget in US dollars, and what it costs is known only when it has ended.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("-CallLimit", exception.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("-Price", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_waits_for_its_reader_does_not_block_another_call()
    {
        using var server = new FaultServer(Answer.Json(ChatJson.Response("Hi")));
        using CohereSession session = Open(server, budget: 0.1m);
        var budget = new Budget(0.1m, null, () => PriceList.Default);
        var stream = new ApiRequest(Operations.Chat, null) { Model = "command-a-03-2025", IsStream = true, Body = "{}"u8.ToArray() };
        Budget.Reservation? open = await budget.ReserveAsync(stream, default);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(async () => await budget.ReserveAsync(stream, default));

        Assert.Equal(ErrorReason.BudgetExceeded, exception.Reason);
        Assert.Contains("reserved for calls in flight", exception.Message, StringComparison.Ordinal);
        open!.GiveBack();
        Assert.NotNull(await budget.ReserveAsync(stream, default));
    }

    [Fact]
    public void A_model_or_unit_without_a_price_has_no_cost()
    {
        Assert.Null(PriceList.Default.CostOf("no-such-model", new Usage { BilledInputTokens = 1 }));
        Assert.Null(PriceList.Default.CostOf("embed-english-v3.0", new Usage { BilledImages = 1 }));
        Assert.Null(PriceList.Default.CostOf("command-a-03-2025", new Usage { InputTokens = 5 }));
        Assert.Equal(2.5m, PriceList.Default.CostOf("command-a-03-2025", new Usage { BilledInputTokens = 1_000_000, InputTokens = 9 }));
        Assert.Equal(0.002m, PriceList.Default.CostOf("rerank-v3.5", new Usage { BilledSearchUnits = 1 }));
    }

    [Theory]
    [InlineData("[]", "must be a table")]
    [InlineData("""{"m":{"InputTokenPerMillion":1}}""", "Did you mean 'InputTokensPerMillion'?")]
    [InlineData("""{"m":{"InputTokensPerMillion":-1}}""", "must be a number of US dollars from 0")]
    [InlineData("""{"m":{"InputTokensPerMillion":"1"}}""", "must be a number of US dollars from 0")]
    [InlineData("""{"m":{}}""", "is empty")]
    [InlineData("""{"m":2}""", "must be a table, such as")]
    [InlineData("""{"models":{"m":{"CallsPerThousand":1}},"currency":"EUR"}""", "US dollars (USD)")]
    [InlineData("""{"models":{"m":{"CallsPerThousand":1}},"dat":"x"}""", "Did you mean 'date'?")]
    [InlineData("{}", "no model")]
    public void Bad_prices_are_refused_with_the_reason(string json, string reason)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Contains(reason, Assert.Throws<FormatException>(() => PriceList.FromJson(document.RootElement)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_files_are_added_up_without_denied_calls_tools_and_damaged_lines()
    {
        string path = Path.GetTempFileName();
        try
        {
            const string Who = "\"time\":\"2026-11-21T10:00:00+00:00\",\"user\":\"alice\",\"client\":\"c\"";
            File.WriteAllLines(path,
            [
                "{" + Who + ",\"operation\":\"Chat\",\"model\":\"command-a-03-2025\",\"outcome\":\"Success\",\"attempts\":2,\"billedInputTokens\":1000000,\"billedOutputTokens\":0}   ",
                "{" + Who + ",\"operation\":\"Chat\",\"model\":\"command-a-03-2025\",\"outcome\":\"Denied\",\"attempts\":0}",
                "{" + Who + ",\"operation\":\"Chat\",\"model\":\"command-a-03-2025\",\"outcome\":\"BudgetExceeded\",\"attempts\":0}",
                "{" + Who + ",\"operation\":\"InvokeTool\",\"tool\":\"t\",\"outcome\":\"Succeeded\"}",
                "{" + Who + ",\"operation\":\"Chat\",\"model\":\"command-a-03-2025\",\"outcome\":\"RateLimited\",\"attempts\":1}",
                "{" + Who + ",\"operation\":\"Chat\",\"model\":\"x\",\"outcome\":\"Begun\",\"attempts\":0}",
                "{\"operation\":\"Chat\"",
                "{\"operation\":\"Chat\",\"time\":\"yesterday\"}",
                "[1]",
                string.Empty,
            ]);
            var report = new UsageReport(PriceList.Default, [UsageGrouping.ClientName]);
            using AuditReader reader = AuditReader.Open(path);

            foreach (UsageLine line in reader.ReadAll().Select(UsageLine.From).OfType<UsageLine>())
            {
                report.Add(line);
            }

            UsageRecord row = Assert.Single(report.Rows());
            Assert.Equal(("c", 3L, 1L, 1L, 2.5m, 1L), (row.Group, row.Calls, row.FailedCalls, row.Retries, row.Cost, row.UnpricedCalls));
            Assert.Equal(["x"], report.Unpriced);
            Assert.Equal(3, reader.DamagedLines);
            Assert.Equal(2.5m, report.Total().Cost);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_reservation_is_never_less_than_the_bytes_of_the_text_and_the_longest_answer()
    {
        var request = new ApiRequest(Operations.Chat, null)
        {
            Model = "command-a-03-2025",
            Body = System.Text.Encoding.UTF8.GetBytes("""{"model":"command-a-03-2025","max_tokens":100,"messages":[{"role":"user","content":"ä€😀"}]}"""),
        };

        decimal? most = CallEstimate.Of(request).MostCost(PriceList.Default);

        Assert.InRange(most!.Value, ((9 * 2.5m) + (100 * 10)) / 1_000_000, 0.01m);
    }

    private static CohereSession Open(FaultServer server, decimal budget) =>
        TestSession.Open(new CohereSessionOptions { BaseUri = server.Address, ApiKey = TestSession.Key, BudgetLimit = budget });

    private static Task<ChatResponse> Ask(CohereSession session, int? maxTokens = null) =>
        new CohereClient(session).Chat.SendAsync(ChatJson.Question() with { Model = "command-a-03-2025", MaxTokens = maxTokens });
}
