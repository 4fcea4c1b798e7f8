using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class FineTuningTests
{
    private const string Path = "/v1/finetuning/finetuned-models";
    private const string Labels = "single-label-classification-finetune-input";

    [Fact]
    public async Task Each_response_matches_the_API_description()
    {
        using HttpClient client = StoreSamples.Client();
        string chats = await DatasetAsync(client, 40, "chat-finetune-input", """{"messages":[{"role":"User","content":"Hi"},{"role":"Chatbot","content":"Ho"}]}""");
        const string Chat = """
            {"base_model":{"base_type":"BASE_TYPE_CHAT","name":"command-r-08-2024","strategy":"STRATEGY_TFEW"},"dataset_id":"$",
            "hyperparameters":{"early_stopping_patience":3,"early_stopping_threshold":0.02,"train_batch_size":8,"train_epochs":2,"learning_rate":0.001,
            "lora_alpha":8,"lora_rank":16,"lora_target_modules":"LORA_TARGET_MODULES_QKVO"},"wandb":{"project":"p","api_key":"k","entity":"e"}}
            """;
        string body = Body("chats", Chat.Replace("$", chats, StringComparison.Ordinal));
        using EmulatedAnswer created = await EmulatedAnswer.ToAsync(client, "POST", Path, body);
        string id = created.Json.GetProperty("finetuned_model").Id();
        await DoneAsync(client, id);
        string labels = await LabelsAsync(client, 20);
        await DoneAsync(client, await CreateAsync(client, labels));
        using EmulatedAnswer one = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{id}");
        string change = Body("renamed", Settings(labels));
        using EmulatedAnswer updated = await EmulatedAnswer.ToAsync(client, "PATCH", $"{Path}/{id}", change);
        using EmulatedAnswer list = await EmulatedAnswer.ToAsync(client, "GET", Path + "?page_size=1&order_by=created_at");
        using EmulatedAnswer events = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{id}/events?page_size=2&order_by=created_at");
        using EmulatedAnswer metrics = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{id}/training-step-metrics?page_size=2");
        using EmulatedAnswer deleted = await EmulatedAnswer.ToAsync(client, "DELETE", $"{Path}/{id}");

        ApiDescription description = ApiDescription.Current;
        Assert.Empty(description.RequestErrors("CreateFinetunedModel", JsonDocument.Parse(body).RootElement));
        Assert.Empty(description.ResponseErrors("CreateFinetunedModel", 200, created.Json, strict: true));
        Assert.Empty(description.ResponseErrors("GetFinetunedModel", 200, one.Json, strict: true));
        Assert.Empty(description.ResponseErrors("UpdateFinetunedModel", 200, updated.Json, strict: true));
        Assert.Empty(description.QueryErrors("ListFinetunedModels", ["page_size", "page_token", "order_by"]));
        Assert.Empty(description.ResponseErrors("ListFinetunedModels", 200, list.Json, strict: true));
        Assert.Empty(description.QueryErrors("ListEvents", ["page_size", "page_token", "order_by"]));
        Assert.Empty(description.ResponseErrors("ListEvents", 200, events.Json, strict: true));
        Assert.Empty(description.QueryErrors("ListTrainingStepMetrics", ["page_size", "page_token"]));
        Assert.Empty(description.ResponseErrors("ListTrainingStepMetrics", 200, metrics.Json, strict: true));
        Assert.Empty(description.ResponseErrors("DeleteFinetunedModel", 200, deleted.Json, strict: true));
        Assert.Equal(2, metrics.Json.GetProperty("step_metrics").GetArrayLength());
    }

    [Fact]
    public async Task A_model_passes_through_its_states_and_lists_them_as_events_newest_first()
    {
        string[] expected = ["STATUS_QUEUED", "STATUS_FINETUNING", "STATUS_READY"];

        Assert.Equal(expected, await StoreSamples.UnhurriedAsync(LookAsync, seen => seen.Length == 3));

        async Task<string[]> LookAsync(int duration)
        {
            using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { JobDurationMs = duration, ValidationDurationMs = 0 });
            string id = await CreateAsync(client, await LabelsAsync(client, 100));
            var states = new List<string>();
            JsonElement done = (await StoreSamples.WaitAsync(client, $"{Path}/{id}", json =>
            {
                states.Add(json.GetProperty("finetuned_model").Text("status"));
                return states[^1] == "STATUS_READY";
            })).GetProperty("finetuned_model");

            Assert.Equal(expected.Reverse(), (await AllAsync(client, $"{Path}/{id}/events", "events", 2)).Select(one => one.Text("status")));
            Assert.Equal(expected, (await AllAsync(client, $"{Path}/{id}/events?order_by=created_at", "events", 2)).Select(one => one.Text("status")));
            Assert.True(done.TryGetProperty("completed_at", out _));
            Assert.False(done.GetProperty("settings").GetProperty("multi_label").GetBoolean());
            return [.. states.Distinct()];
        }
    }

    [Fact]
    public async Task Metrics_improve_with_each_step_and_are_sampled_for_a_long_training()
    {
        using HttpClient client = StoreSamples.Client();
        string dataset = await LabelsAsync(client, 100);
        string id = await CreateAsync(client, dataset, hyperparameters: """{"train_batch_size":10,"train_epochs":9}""");
        string longer = await CreateAsync(client, dataset, hyperparameters: """{"train_batch_size":2,"train_epochs":50}""");
        await DoneAsync(client, id);
        await DoneAsync(client, longer);
        IReadOnlyList<JsonElement> steps = await AllAsync(client, $"{Path}/{id}/training-step-metrics", "step_metrics", 40);
        IReadOnlyList<JsonElement> some = await AllAsync(client, $"{Path}/{longer}/training-step-metrics", "step_metrics", 0);

        Assert.Equal(Enumerable.Range(1, 90), steps.Select(step => step.GetProperty("step_number").GetInt32()));
        Assert.True(Metric(steps[^1], "accuracy") > Metric(steps[0], "accuracy"));
        Assert.True(Metric(steps[^1], "cross_entropy") < Metric(steps[0], "cross_entropy"));
        Assert.InRange(some.Count, 100, 200);
        Assert.Equal(2500, some[^1].GetProperty("step_number").GetInt32());
    }

    [Fact]
    public async Task Metrics_are_added_during_the_training()
    {
        List<int> counts = await StoreSamples.UnhurriedAsync(LookAsync, seen => seen[0] == 0 && seen.Distinct().Count() > 5);

        Assert.Equal(0, counts[0]);
        Assert.Equal(counts.Order(), counts);
        Assert.True(counts.Distinct().Count() > 5, string.Join(" ", counts));

        static async Task<List<int>> LookAsync(int duration)
        {
            using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { JobDurationMs = duration, ValidationDurationMs = 0 });
            string id = await CreateAsync(client, await LabelsAsync(client, 100), hyperparameters: """{"train_batch_size":2}""");
            var counts = new List<int>();
            while (counts.Count == 0 || counts[^1] < 50)
            {
                counts.Add((await AllAsync(client, $"{Path}/{id}/training-step-metrics", "step_metrics", 0)).Count);
                await Task.Delay(20);
            }

            return counts;
        }
    }

    [Fact]
    public async Task A_training_can_fail_before_its_end()
    {
        using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { JobDurationMs = 200, ValidationDurationMs = 0 });
        string id = await CreateAsync(client, await LabelsAsync(client, 100), "emulate:fail", """{"train_batch_size":2}""");
        JsonElement failed = await DoneAsync(client, id);
        IReadOnlyList<JsonElement> steps = await AllAsync(client, $"{Path}/{id}/training-step-metrics", "step_metrics", 0);

        Assert.Equal("STATUS_FAILED", failed.Text("status"));
        Assert.False(failed.TryGetProperty("completed_at", out _));
        Assert.InRange(steps.Count, 1, 49);
    }

    [Fact]
    public async Task A_model_can_be_renamed_and_deleted_even_during_its_training()
    {
        using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { JobDurationMs = 60_000, ValidationDurationMs = 0 });
        string id = await CreateAsync(client, await LabelsAsync(client, 4));
        using EmulatedAnswer renamed = await EmulatedAnswer.ToAsync(client, "PATCH", $"{Path}/{id}", """{"name":"better"}""");
        using EmulatedAnswer deleted = await EmulatedAnswer.ToAsync(client, "DELETE", $"{Path}/{id}");
        using EmulatedAnswer gone = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{id}");

        Assert.Equal("better", renamed.Json.GetProperty("finetuned_model").Text("name"));
        Assert.Equal("BASE_TYPE_CLASSIFICATION", renamed.Json.GetProperty("finetuned_model").GetProperty("settings").GetProperty("base_model").Text("base_type"));
        Assert.Equal("{}", deleted.Body);
        Assert.Equal(404, gone.Status);
    }

    [Fact]
    public async Task Pages_list_each_of_250_models_once()
    {
        using HttpClient client = StoreSamples.Client();
        string dataset = await LabelsAsync(client, 4);
        for (int i = 0; i < 250; i++)
        {
            await CreateAsync(client, dataset, $"model-{i}");
        }

        IEnumerable<string> names = Enumerable.Range(0, 250).Select(i => $"model-{i}");
        Assert.Equal(names, (await AllAsync(client, Path, "finetuned_models", 0)).Select(model => model.Text("name")));
        Assert.Equal(names.Reverse(), (await AllAsync(client, Path + "?order_by=created_at%20desc,name", "finetuned_models", 60)).Select(model => model.Text("name")));
    }

    [Theory]
    [InlineData("""{"settings":{}}""", 400, "name is required")]
    [InlineData("""{"name":" ","settings":{}}""", 400, "name must not be empty")]
    [InlineData("""{"name":"a"}""", 400, "settings is required")]
    [InlineData("""{"name":"a","settings":[]}""", 422, "settings is of type array")]
    [InlineData("""{"name":"a","settings":{"dataset_id":"$"}}""", 400, "settings.base_model is required")]
    [InlineData("""{"name":"a","settings":{"base_model":{},"dataset_id":"$"}}""", 400, "settings.base_model.base_type is required")]
    [InlineData("""{"name":"a","settings":{"base_model":{"base_type":"BASE_TYPE_GENERATIVE"},"dataset_id":"$"}}""", 400, "must be one of BASE_TYPE_CHAT")]
    [InlineData("""{"name":"a","settings":{"base_model":{"base_type":"BASE_TYPE_CHAT"},"dataset_id":"$"}}""", 400, "is a dataset of type 'single-label-classification-finetune-input'")]
    [InlineData("""{"name":"a","settings":{"base_model":{"base_type":"BASE_TYPE_CLASSIFICATION"}}}""", 400, "settings.dataset_id is required")]
    [InlineData("""{"name":"a","settings":{"base_model":{"base_type":"BASE_TYPE_CLASSIFICATION"},"dataset_id":"none"}}""", 404, "dataset with id none not found")]
    [InlineData("""{"name":"a","settings":{"base_model":{"base_type":"BASE_TYPE_CLASSIFICATION"},"dataset_id":"$","hyperparameters":{"train_epochs":0}}}""", 400, "train_epochs must be between 1 and 100")]
    [InlineData("""{"name":"a","settings":{"base_model":{"base_type":"BASE_TYPE_CLASSIFICATION"},"dataset_id":"$","hyperparameters":{"learning_rate":1}}}""", 400, "learning_rate must be between")]
    [InlineData("""{"name":"a","settings":{"base_model":{"base_type":"BASE_TYPE_CLASSIFICATION"},"dataset_id":"$","wandb":{"project":"p"}}}""", 400, "BASE_TYPE_CHAT only")]
    public async Task An_invalid_request_is_refused(string body, int status, string message)
    {
        using HttpClient client = StoreSamples.Client();
        string dataset = await LabelsAsync(client, 4);
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", Path, body.Replace("$", dataset, StringComparison.Ordinal));
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", Path + "/none", 404)]
    [InlineData("DELETE", Path + "/none", 404)]
    [InlineData("PATCH", Path + "/none", 404)]
    [InlineData("GET", Path + "/none/events", 404)]
    [InlineData("GET", Path + "/none/training-step-metrics", 404)]
    [InlineData("GET", Path + "?page_token=bogus", 400)]
    [InlineData("GET", Path + "?order_by=updated_at", 400)]
    public async Task A_missing_item_or_an_invalid_parameter_is_refused(string method, string path, int status)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(method, path, method == "PATCH" ? "{}" : null);
        Assert.Equal(status, answer.Status);
        Assert.Single(answer.Json.EnumerateObject());
    }

    private static Task<string> LabelsAsync(HttpClient client, int rows) => DatasetAsync(client, rows, Labels, """{"text":"a cat","label":"animal"}""");

    private static async Task<string> DatasetAsync(HttpClient client, int rows, string type, string row) =>
        (await StoreSamples.DatasetAsync(client, string.Join("\n", Enumerable.Repeat(row, rows)), "name=train&type=" + type)).Id();

    private static string Settings(string dataset, string hyperparameters = "{}") => new JsonObject
    {
        ["base_model"] = new JsonObject { ["base_type"] = "BASE_TYPE_CLASSIFICATION" },
        ["dataset_id"] = dataset,
        ["hyperparameters"] = JsonNode.Parse(hyperparameters),
    }.ToJsonString();

    private static string Body(string name, string settings) => new JsonObject { ["name"] = name, ["settings"] = JsonNode.Parse(settings) }.ToJsonString();

    private static async Task<string> CreateAsync(HttpClient client, string dataset, string name = "mine", string hyperparameters = "{}")
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", Path, Body(name, Settings(dataset, hyperparameters)));
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json.GetProperty("finetuned_model").Id();
    }

    private static async Task<JsonElement> DoneAsync(HttpClient client, string id) =>
        (await StoreSamples.WaitAsync(client, $"{Path}/{id}", json => json.GetProperty("finetuned_model").Text("status") is "STATUS_READY" or "STATUS_FAILED"))
            .GetProperty("finetuned_model");

    /// <summary>Returns the items of all pages.</summary>
    private static async Task<IReadOnlyList<JsonElement>> AllAsync(HttpClient client, string path, string items, int pageSize)
    {
        var all = new List<JsonElement>();
        string token = string.Empty;
        do
        {
            string query = FormattableString.Invariant($"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}page_size={pageSize}&page_token={Uri.EscapeDataString(token)}");
            using EmulatedAnswer page = await EmulatedAnswer.ToAsync(client, "GET", path + query);
            Assert.True(page.Status == 200, page.Body);
            all.AddRange(page.Json.GetProperty(items).EnumerateArray());
            token = page.Json.Text("next_page_token");
        }
        while (token.Length > 0);
        return all;
    }

    private static double Metric(JsonElement step, string name) => step.GetProperty("metrics").GetProperty(name).GetDouble();
}
