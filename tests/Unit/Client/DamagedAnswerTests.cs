using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>Answers that aren't what the API describes, each kind that was seen.</summary>
public sealed class DamagedAnswerTests
{
    [Theory]
    [InlineData("bad \\ud83d text", "bad \uFFFD text")]
    [InlineData("\\udc1b\\ud83d", "\uFFFD\uFFFD")]
    [InlineData("\\ud83d\\udc1b \\\\ud83d", "🐛 \\ud83d")]
    [InlineData("\\uD83D\\uDC1B\\uDC1B", "🐛\uFFFD")]
    public void Half_of_a_surrogate_pair_becomes_a_replacement_character(string json, string expected)
    {
        using JsonDocument document = JsonText.Parse($"\"{json}\"");

        Assert.Equal(expected, document.RootElement.GetString());
    }

    [Fact]
    public void Bytes_without_damage_are_not_copied()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"a\":\"Grüße \\u00fc \\ud83d\\udc1b \\n\"}");

        ReadOnlyMemory<byte> clean = JsonText.Clean(bytes, "utf-8");

        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(clean, out ArraySegment<byte> array));
        Assert.Same(bytes, array.Array);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_in_an_error_is_shown_as_a_replacement_character()
    {
        CohereException exception = await FailAsync(Answer.Json("{\"message\":\"bad \\ud83d text\"}", 400), client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.EndsWith(": bad \uFFFD text.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_in_the_answer_of_any_path_can_be_read()
    {
        JsonElement answer = await CallAsync(Answer.Json("{\"a\":\"x\\ud83d\",\"\\udc1b\":1}"), client => client.Raw.SendAsync("GET", "/v1/any"));

        Assert.Equal("x\uFFFD", answer.GetProperty("a").GetString());
        Assert.Equal("\uFFFD", answer.EnumerateObject().Last().Name);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_replaced()
    {
        byte[] json = [.. "{\"a\":\"x"u8, 0xFC, .. "y\"}"u8];

        JsonElement answer = await CallAsync(Answer.Of(200, "application/json", json), client => client.Raw.SendAsync("GET", "/v1/any"));

        Assert.Equal("x\uFFFDy", answer.GetProperty("a").GetString());
    }

    [Theory]
    [InlineData("utf-8", "utf-8", true)]
    [InlineData("utf-16", "utf-16", true)]
    [InlineData("utf-16", "utf-16", false)]
    [InlineData("utf-16BE", "utf-16", false)]
    [InlineData("utf-16", null, true)]
    [InlineData("iso-8859-1", "ISO-8859-1", false)]
    [InlineData("windows-1252", "\"windows-1252\"", false)]
    [InlineData("utf-8", "nonsense", false)]
    [InlineData("utf-8", "utf-16", false)]
    public async Task An_answer_is_read_in_the_encoding_that_the_server_names(string name, string? charSet, bool hasMark)
    {
        Encoding encoding = name == "windows-1252" ? CodePagesEncodingProvider.Instance.GetEncoding(name)! : Encoding.GetEncoding(name);
        byte[] body = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(ChatJson.Response("x").Replace("\"x\"", "\"Grüße\"", StringComparison.Ordinal))];

        ChatResponse response = await CallAsync(Answer.Of(200, "application/json" + (charSet is null ? string.Empty : $"; charset={charSet}"), body), client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.Equal("Grüße", response.Text);
    }

    [Fact]
    public async Task Content_can_be_a_text_and_arguments_an_object()
    {
        ChatResponse response = await CallAsync(
            Answer.Json("""{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":"Hello","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":{"a": [1]}}}]}}"""),
            client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.Equal("Hello", response.Text);
        Assert.Equal("""{"a": [1]}""", response.ToolCalls[0].RawArguments);
        Assert.Equal([1L], (object[])response.ToolCalls[0].Arguments!["a"]!);
    }

    [Fact]
    public async Task Arguments_with_half_of_a_surrogate_pair_can_be_read()
    {
        ChatResponse response = await CallAsync(
            Answer.Json("""{"id":"1","message":{"tool_calls":[{"id":"t","function":{"name":"f","arguments":"{\"a\":\"\\ud83d\"}"}}]}}"""),
            client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.Equal("\uFFFD", response.ToolCalls[0].Arguments!["a"]);
    }

    [Fact]
    public async Task A_negative_place_of_a_citation_does_not_matter()
    {
        ChatResponse response = await CallAsync(
            Answer.Json("""{"id":"1","message":{"content":[{"type":"text","text":"Hello"}],"citations":[{"start":-3,"end":5,"text":"Hello","content_index":-7,"sources":[{"type":"document","id":"d"}]}]}}"""),
            client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.StartsWith("Hello [1]", response.ToMarkdown(), StringComparison.Ordinal);
        Assert.Equal(0, response.Citations[0].ContentIndex);
    }

    [Fact]
    public async Task Null_is_the_same_as_absent_and_numbers_can_be_texts()
    {
        List<CohereModel> models = await CallAsync(
            Answer.Json("""{"models":[null,{"name":"a","is_deprecated":null,"finetuned":null,"context_length":null},{"name":"b","is_deprecated":"true","context_length":"128000","sampling_defaults":{"k":"5","p":"0.75"}},{"context_length":36.0}]}"""),
            client => client.Models.ListAsync().ToListAsync());

        Assert.Equal(["a", "b", ""], models.Select(model => model.Name));
        Assert.Equal([null, 128000L, 36L], models.Select(model => model.ContextLength));
        Assert.Equal([false, true, false], models.Select(model => model.IsDeprecated));
        Assert.Equal((5, 0.75), (models[1].SamplingDefaults!.K, models[1].SamplingDefaults!.P));
    }

    [Fact]
    public async Task A_time_that_cannot_be_read_does_not_hide_the_list()
    {
        IReadOnlyList<EmbedJob> jobs = await CallAsync(Answer.Json("""{"embed_jobs":[{"job_id":"a","created_at":""},{"job_id":null},{"job_id":"c","created_at":"2026-01-02T03:04:05Z"}]}"""), client => client.EmbedJobs.ListAsync());

        Assert.Equal(["a", "", "c"], jobs.Select(job => job.JobId));
        Assert.Null(jobs[0].CreatedAt);
        Assert.NotNull(jobs[2].CreatedAt);
    }

    [Fact]
    public async Task A_cost_that_cannot_be_read_does_not_lose_the_answer()
    {
        ChatResponse response = await CallAsync(
            Answer.Json("""{"id":"1","message":{"content":[{"type":"text","text":"Hello"}]},"usage":{"tokens":{"input_tokens":"many","output_tokens":"9","image_tokens":1e300},"billed_units":[1],"cached_tokens":null}}"""),
            client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.Equal(("Hello", 0L, 9L), (response.Text, response.Usage.InputTokens, response.Usage.OutputTokens));
    }

    [Fact]
    public async Task Costs_that_are_too_large_to_add_do_not_wrap()
    {
        using var server = new FaultServer(Answer.Json($$$$"""{"id":"1","message":{"content":[]},"usage":{"tokens":{"input_tokens":{{{{long.MaxValue}}}} },"billed_units":{"search_units":79228162514264337593543950335}}}"""));
        using CohereSession session = TestSession.Open(server);
        for (int i = 0; i < 3; i++)
        {
            await new CohereClient(session).Chat.SendAsync(ChatJson.Question());
        }

        UsageRecord record = Assert.Single(session.GetUsage());
        Assert.Equal((long.MaxValue, decimal.MaxValue), (record.InputTokens, record.BilledSearchUnits));
    }

    public static TheoryData<string> Actions => ["datasets", "batches", "jobs", "models"];

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task A_page_under_status_200_is_not_a_deletion_or_a_cancellation(string what)
    {
        foreach (Behaviour unexpected in new[] { Answer.Html(200), Answer.Json("[]"), Answer.Json("\"OK\""), Answer.Json("{\"error\":\"no\"}"), Answer.Json("{\"a\":") })
        {
            CohereException exception = await FailAsync(unexpected, client => ActAsync(client, what));
            Assert.Equal(ErrorReason.InvalidAnswer, exception.Reason);
        }

        foreach (Behaviour expected in new[] { Answer.Empty(), Answer.Json("{}"), Answer.Json(" "), Answer.Json("null"), Answer.Json("{\"message\":\"deleted\"}"), Answer.Empty(204) })
        {
            await CallAsync(expected, async client =>
            {
                await ActAsync(client, what);
                return true;
            });
        }
    }

    [Theory]
    [InlineData("""{"detail":[{"type":"missing","loc":["body","messages",0,"role"],"msg":"Field required"},{"loc":["query","limit"],"msg":"Input should be less than 10"}]}""", "messages.0.role: Field required; query.limit: Input should be less than 10.")]
    [InlineData("""{"detail":["one","two"]}""", "one; two.")]
    [InlineData("""{"detail":[{"msg":"Wrong"}]}""", "Wrong.")]
    [InlineData("""{"errors":[],"detail":[]}""", "the body has 25 bytes of application/json: '{\"errors\":[],\"detail\":[]}'")]
    public async Task A_list_of_problems_is_shown_as_a_sentence(string body, string expected)
    {
        CohereException exception = await FailAsync(Answer.Json(body, 400), client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.EndsWith(": " + expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData("99999999999")]
    public async Task A_server_can_ask_to_wait_until_the_end_of_the_calendar(string value)
    {
        using var server = new FaultServer(Answer.Status(429, "Retry-After: " + value));
        using CohereSession session = TestSession.Open(server, timeout: Hang.Limit);

        for (int i = 0; i < 2; i++)
        {
            // The second call isn't sent, because the first one's answer pauses the operation.
            CohereException exception = await Assert.ThrowsAsync<CohereException>(() => session.ReadAsync());
            Assert.Equal(ErrorReason.RateLimited, exception.Reason);
            Assert.True(exception.ComeBackAt > DateTimeOffset.Now.AddDays(360), exception.Message);
        }

        Assert.Single(server.Requests);
    }

    [Fact]
    public void The_end_of_the_calendar_exists_in_every_time_zone() =>
        Assert.All(TimeZoneInfo.GetSystemTimeZones(), zone => TimeZoneInfo.ConvertTime(ApiErrors.TimeAfter(TimeSpan.MaxValue), zone));

    [Theory]
    [InlineData("not compressed at all")]
    [InlineData("half")]
    public async Task A_damaged_compressed_body_is_a_broken_transfer_and_is_retried(string kind)
    {
        using var server = new FaultServer(Damaged(kind, "gzip"), Damaged(kind, "br"), Damaged(kind, "deflate"), Answer.Gzip(ChatJson.Response("Hi")));
        using CohereSession session = TestSession.Open(server);

        ChatResponse response = await new CohereClient(session).Chat.SendAsync(ChatJson.Question());

        Assert.Equal("Hi", response.Text);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task A_body_that_stays_damaged_is_an_error_that_says_so()
    {
        CohereException exception = await FailAsync(Damaged("not compressed at all", "gzip"), client => client.Chat.SendAsync(ChatJson.Question()));

        Assert.Equal(ErrorReason.ConnectionLost, exception.Reason);
        Assert.Contains("compressed body is damaged", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_create_request_with_a_damaged_answer_is_not_sent_again()
    {
        using var server = new FaultServer(Damaged("not compressed at all", "gzip"));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<CohereException>(() => session.CreateAsync());

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Pages_that_alternate_end()
    {
        int page = 0;
        using var server = new FaultServer(_ => Answer.Json($$"""{"models":[{"name":"m{{page}}"}],"datasets":[{"id":"d{{page % 2}}"}],"batches":[{"id":"b{{page}}"}],"next_page_token":"t{{page++ % 2}}"}"""));
        using CohereSession session = TestSession.Open(server);
        var client = new CohereClient(session);

        Assert.Equal(["m0", "m1", "m2"], (await client.Models.ListAsync().ToListAsync().WaitAsync(Hang.Limit)).Select(model => model.Name));
        page = 0;
        Assert.Equal(["b0", "b1", "b2"], (await client.Batches.ListAsync().ToListAsync().WaitAsync(Hang.Limit)).Select(batch => batch.BatchId));
        page = 0;
        Assert.Equal(3, (await client.Raw.ListAsync("/v1/models").ToListAsync().WaitAsync(Hang.Limit)).Count);
    }

    [Fact]
    public async Task Pages_with_offsets_that_alternate_end()
    {
        int page = 0;
        using var server = new FaultServer(_ => Answer.Json($$"""{"datasets":[{"id":"d{{page++ % 2}}"}]}"""));
        using CohereSession session = TestSession.Open(server);
        var client = new CohereClient(session);

        Assert.Equal(3, (await client.Raw.ListAsync("/v1/datasets").ToListAsync().WaitAsync(Hang.Limit)).Count);
        page = 0;
        Assert.Equal(["d0", "d1"], (await client.Datasets.ListAsync().ToListAsync().WaitAsync(Hang.Limit)).Select(dataset => dataset.DatasetId));
    }

    [Fact]
    public async Task Datasets_without_ids_are_all_listed()
    {
        List<Dataset> datasets = await CallAsync(Answer.Json("""{"datasets":[{"name":"a"},{"name":"b"},{"id":"c"}]}"""), client => client.Datasets.ListAsync().ToListAsync());

        Assert.Equal(["a", "b", "c", "a", "b"], datasets.Select(dataset => dataset.Name + dataset.DatasetId));
    }

    private static Behaviour Damaged(string kind, string encoding)
    {
        byte[] body = "this isn't compressed"u8.ToArray();
        if (kind == "half")
        {
            using var buffer = new MemoryStream();
            using (Stream zip = encoding switch { "br" => new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true), "deflate" => new ZLibStream(buffer, CompressionLevel.Fastest, leaveOpen: true), _ => new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true) })
            {
                var random = new Random(7);
                byte[] text = Encoding.UTF8.GetBytes(ChatJson.Response(string.Concat(Enumerable.Range(0, 4000).Select(_ => (char)random.Next('a', 'z')))));
                zip.Write(text);
            }

            body = buffer.ToArray()[..(int)(buffer.Length / 2)];
        }

        return Answer.Of(200, "application/json", body, "Content-Encoding: " + encoding);
    }

    private static Task ActAsync(CohereClient client, string what) => what switch
    {
        "datasets" => client.Datasets.DeleteAsync("d"),
        "batches" => client.Batches.CancelAsync("b"),
        "jobs" => client.EmbedJobs.CancelAsync("j"),
        _ => client.FineTuning.DeleteAsync("f"),
    };

    private static async Task<T> CallAsync<T>(Behaviour behaviour, Func<CohereClient, Task<T>> call)
    {
        using var server = new FaultServer(behaviour);
        using CohereSession session = TestSession.Open(server, retries: 0);
        return await call(new CohereClient(session));
    }

    private static Task<CohereException> FailAsync(Behaviour behaviour, Func<CohereClient, Task> call) => Assert.ThrowsAnyAsync<CohereException>(() => CallAsync(behaviour, async client =>
    {
        await call(client);
        return true;
    }));
}
