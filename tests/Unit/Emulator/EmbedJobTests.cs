using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class EmbedJobTests
{
    private const string Path = "/v1/embed-jobs";
    private const string Model = "embed-multilingual-v3.0";

    [Fact]
    public async Task Each_response_matches_the_API_description()
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        string body = Body(dataset.Id(), "\"name\":\"nightly\",\"truncate\":\"START\",\"embedding_types\":[\"float\",\"int8\"]");
        using EmulatedAnswer created = await EmulatedAnswer.ToAsync(client, "POST", Path, body);
        string id = created.Json.Text("job_id");
        JsonElement job = await DoneAsync(client, id);
        await DoneAsync(client, await CreateAsync(client, dataset.Id(), "\"name\":\"emulate:fail\""));
        using EmulatedAnswer list = await EmulatedAnswer.ToAsync(client, "GET", Path);

        Assert.Empty(ApiDescription.Current.RequestErrors("create-embed-job", JsonDocument.Parse(body).RootElement));
        Assert.Empty(ApiDescription.Current.ResponseErrors("create-embed-job", 200, created.Json, strict: true));
        Assert.Empty(ApiDescription.Current.ResponseErrors("get-embed-job", 200, job, strict: true));
        Assert.Empty(ApiDescription.Current.ResponseErrors("list-embed-jobs", 200, list.Json, strict: true));
        Assert.Equal(2, list.Json.GetProperty("embed_jobs").GetArrayLength());
    }

    [Fact]
    public async Task The_rows_are_the_texts_in_order_with_their_embeddings_and_the_kept_fields()
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts, "name=a&type=embed-input&keep_fields=page");
        JsonElement job = await DoneAsync(client, await CreateAsync(client, dataset.Id(), "\"embedding_types\":[\"float\",\"int8\",\"ubinary\"]"));
        JsonElement output = await StoreSamples.SettledAsync(client, job.Text("output_dataset_id"));
        IReadOnlyList<JsonObject> rows = await StoreSamples.RowsAsync(output);
        string fields = $"\"model\":\"{Model}\",\"embedding_types\":[\"float\",\"int8\",\"ubinary\"]";
        using EmulatedAnswer embedded = await EmbedSamples.ToAsync(["a cat", "a dog"], fields);

        Assert.Equal("complete", job.Text("status"));
        Assert.Equal("embed-result", output.Text("dataset_type"));
        Assert.Equal(["a cat", "a dog"], rows.Select(row => row["text"]!.GetValue<string>()));
        Assert.Equal([1, 2], rows.Select(row => row["page"]!.GetValue<long>()));
        Assert.All(rows, row => Assert.Null(row["embeddings"]!["uint8"]));
        Assert.All(rows, row => Assert.Null(row["embeddings"]!["binary"]));
        Assert.Equal(EmbedSamples.Numbers(embedded, "float", one => one.GetSingle()), rows.Select(row => Numbers<float>(row, "float")));
        Assert.Equal(EmbedSamples.Numbers(embedded, "int8", one => one.GetInt64()), rows.Select(row => Numbers<long>(row, "int8")));
        Assert.Equal(EmbedSamples.Numbers(embedded, "ubinary", one => one.GetInt64()), rows.Select(row => Numbers<long>(row, "ubinary")));
        Assert.Equal(
            embedded.Json.GetProperty("meta").GetProperty("billed_units").GetProperty("input_tokens").GetInt32(),
            job.GetProperty("meta").GetProperty("billed_units").GetProperty("input_tokens").GetInt32());
    }

    [Fact]
    public async Task Thousands_of_texts_keep_their_order_across_files()
    {
        using HttpClient client = StoreSamples.Client();
        string data = string.Join("\n", Enumerable.Range(0, 5001).Select(i => $"{{\"text\":\"text {i}\"}}"));
        JsonElement dataset = await StoreSamples.DatasetAsync(client, data);
        JsonElement job = await DoneAsync(client, await CreateAsync(client, dataset.Id(), "\"model\":\"embed-english-light-v3.0\",\"embedding_types\":[\"ubinary\"]"));
        JsonElement output = await StoreSamples.SettledAsync(client, job.Text("output_dataset_id"));
        IReadOnlyList<JsonObject> rows = await StoreSamples.RowsAsync(output);

        Assert.Equal(2, output.Parts().Count);
        Assert.Equal(Enumerable.Range(0, 5001).Select(i => $"text {i}"), rows.Select(row => row["text"]!.GetValue<string>()));
        Assert.Equal(384 / 8, Numbers<long>(rows[0], "ubinary").Length);
    }

    [Fact]
    public async Task A_job_without_a_model_uses_the_multilingual_model_and_floats()
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        string body = $"{{\"dataset_id\":\"{dataset.Id()}\",\"input_type\":\"clustering\"}}";
        using EmulatedAnswer created = await EmulatedAnswer.ToAsync(client, "POST", Path, body);
        JsonElement job = await DoneAsync(client, created.Json.Text("job_id"));
        IReadOnlyList<JsonObject> rows = await StoreSamples.RowsAsync(client, job.Text("output_dataset_id"));

        Assert.Equal(Model, job.Text("model"));
        Assert.Equal("END", job.Text("truncate"));
        Assert.Equal(1024, Numbers<float>(rows[0], "float").Length);
    }

    [Theory]
    [InlineData("emulate:fail", StoreSamples.TwoTexts, "the job failed as its name asked")]
    [InlineData("one bad text", "{\"text\":\"good\"}\n{\"text\":\"emulate:400\"}", "invalid request: the text at index 1 was refused as the request asked")]
    public async Task A_failed_job_creates_no_dataset(string name, string data, string warning)
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, data);
        JsonElement job = await DoneAsync(client, await CreateAsync(client, dataset.Id(), $"\"name\":\"{name}\""));
        using EmulatedAnswer datasets = await EmulatedAnswer.ToAsync(client, "GET", "/v1/datasets");

        Assert.Equal("failed", job.Text("status"));
        Assert.False(job.TryGetProperty("output_dataset_id", out _));
        Assert.Equal(warning, job.GetProperty("meta").GetProperty("warnings")[0].GetString());
        Assert.Equal(1, datasets.Json.GetProperty("datasets").GetArrayLength());
    }

    [Fact]
    public async Task A_canceled_job_ends_soon_and_canceling_an_ended_job_changes_nothing()
    {
        var clock = new ManualClock();
        using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { JobDurationMs = 2000, ValidationDurationMs = 0, Clock = clock });
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        string id = await CreateAsync(client, dataset.Id());
        using EmulatedAnswer before = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{id}");
        using EmulatedAnswer cancel = await EmulatedAnswer.ToAsync(client, "POST", $"{Path}/{id}/cancel");
        using EmulatedAnswer after = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{id}");
        JsonElement end = await DoneAsync(client, id, clock);
        string failed = await CreateAsync(client, dataset.Id(), "\"name\":\"emulate:fail\"");
        await DoneAsync(client, failed, clock);
        using EmulatedAnswer again = await EmulatedAnswer.ToAsync(client, "POST", $"{Path}/{failed}/cancel");
        using EmulatedAnswer still = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{failed}");

        Assert.Equal("processing", before.Json.Text("status"));
        Assert.Equal(200, cancel.Status);
        Assert.Equal("cancelling", after.Json.Text("status"));
        Assert.Equal("cancelled", end.Text("status"));
        Assert.Equal(200, again.Status);
        Assert.Equal("failed", still.Json.Text("status"));
    }

    [Fact]
    public async Task The_newest_embed_model_is_accepted()
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        JsonElement job = await DoneAsync(client, await CreateAsync(client, dataset.Id(), "\"model\":\"embed-v4.0\""));
        IReadOnlyList<JsonObject> rows = await StoreSamples.RowsAsync(client, job.Text("output_dataset_id"));
        Assert.Equal("complete", job.Text("status"));
        Assert.All(rows, row => Assert.Equal(1536, row["embeddings"]!["float"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("\"model\":\"command-a-03-2025\"", 400, "is not supported by the embed API")]
    [InlineData("\"model\":\"nope\"", 404, "model 'nope' not found")]
    [InlineData("\"input_type\":null", 400, "valid input_type must be provided")]
    [InlineData("\"truncate\":\"NONE\"", 400, "truncate must be one of START, END")]
    [InlineData("\"embedding_types\":[\"base64\"]", 400, "must be one of float, int8, uint8, binary, ubinary")]
    [InlineData("\"embedding_types\":\"float\"", 422, "embedding_types is of type string but should be of type array")]
    [InlineData("\"dataset_id\":null", 400, "dataset_id is required")]
    [InlineData("\"dataset_id\":\"none\"", 404, "dataset with id none not found")]
    public async Task An_invalid_request_is_refused(string fields, int status, string message)
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", Path, Body(dataset.Id(), fields));
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.Single(answer.Json.EnumerateObject());
    }

    [Theory]
    [InlineData("{\"text\":\"a\",\"label\":\"b\"}", "name=a&type=single-label-classification-finetune-input", "is a dataset of type 'single-label-classification-finetune-input'")]
    [InlineData("nonsense", "name=a&type=embed-input", "validation status is 'failed'")]
    public async Task An_unsuitable_dataset_is_refused(string data, string query, string message)
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, data, query);
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", Path, Body(dataset.Id()));
        Assert.Equal(400, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/embed-jobs/none")]
    [InlineData("POST", "/v1/embed-jobs/none/cancel")]
    public async Task A_missing_job_is_not_found(string method, string path)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(method, path);
        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task A_trial_key_can_start_five_jobs_per_minute()
    {
        using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { EnforceRateLimit = true, JobDurationMs = 0, ValidationDurationMs = 0 });
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        for (int i = 0; i < 5; i++)
        {
            await CreateAsync(client, dataset.Id());
        }

        using EmulatedAnswer refused = await EmulatedAnswer.ToAsync(client, "POST", Path, Body(dataset.Id()));
        Assert.Equal(429, refused.Status);
    }

    private static string Body(string dataset, string fields = "")
    {
        JsonObject body = fields.Length == 0 ? [] : JsonNode.Parse("{" + fields + "}")!.AsObject();
        foreach ((string name, string value) in new[] { ("model", Model), ("dataset_id", dataset), ("input_type", "search_document") })
        {
            if (!body.ContainsKey(name))
            {
                body[name] = value;
            }
        }

        return body.ToJsonString();
    }

    private static async Task<string> CreateAsync(HttpClient client, string dataset, string fields = "")
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", Path, Body(dataset, fields));
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json.Text("job_id");
    }

    private static Task<JsonElement> DoneAsync(HttpClient client, string id, ManualClock? clock = null) =>
        StoreSamples.WaitAsync(
            client,
            $"{Path}/{id}",
            job =>
            {
                clock?.Advance(TimeSpan.FromSeconds(1));
                return job.Text("status") is not ("processing" or "cancelling");
            });

    private static T[] Numbers<T>(JsonObject row, string type) => [.. row["embeddings"]![type]!.AsArray().Select(number => number!.GetValue<T>())];
}
