using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

public sealed class BatchTests
{
    private const string Path = "/v2/batches";
    private const string Chat = "batch-chat-v2-input";
    private const string Embed = "batch-embed-v2-input";

    [Fact]
    public async Task Each_response_matches_the_API_description()
    {
        using HttpClient client = StoreSamples.Client();
        string dataset = await ChatDatasetAsync(client, "hello");
        string body = Body(dataset);
        using EmulatedAnswer created = await EmulatedAnswer.ToAsync(client, "POST", Path, body);
        JsonElement done = await DoneAsync(client, created.Json.GetProperty("batch").Id());
        await DoneAsync(client, await CreateAsync(client, dataset, "emulate:fail"));
        using EmulatedAnswer one = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{done.Id()}");
        using EmulatedAnswer list = await EmulatedAnswer.ToAsync(client, "GET", Path + "?page_size=1&order_by=created_at");

        Assert.Empty(ApiDescription.Current.RequestErrors("CreateBatch", JsonDocument.Parse(body).RootElement));
        Assert.Empty(ApiDescription.Current.ResponseErrors("CreateBatch", 200, created.Json, strict: true));
        Assert.Empty(ApiDescription.Current.ResponseErrors("GetBatch", 200, one.Json, strict: true));
        Assert.Empty(ApiDescription.Current.QueryErrors("ListBatches", ["page_size", "page_token", "order_by"]));
        Assert.Empty(ApiDescription.Current.ResponseErrors("ListBatches", 200, list.Json, strict: true));
        Assert.Equal(1, list.Json.GetProperty("batches").GetArrayLength());
    }

    [Fact]
    public async Task Each_row_is_answered_like_a_chat_call_and_a_refused_row_fails_alone()
    {
        using HttpClient client = StoreSamples.Client();
        string dataset = await ChatDatasetAsync(client, "What is a cat?", "emulate:error", "What is a dog?");
        JsonElement batch = await DoneAsync(client, await CreateAsync(client, dataset));
        IReadOnlyList<JsonObject> received = await StoreSamples.RowsAsync(client, batch.Text("output_dataset_id"));
        JsonObject[] rows = [.. ById(received)];
        using EmulatedAnswer cat = await EmulatedAnswer.ToChatAsync("What is a cat?");
        using EmulatedAnswer dog = await EmulatedAnswer.ToChatAsync("What is a dog?");

        Assert.Equal("BATCH_STATUS_COMPLETED", batch.Text("status"));
        Assert.Equal([3, 2, 1], Counts(batch));
        Assert.Equal(Text(Tokens(cat, "input_tokens") + Tokens(dog, "input_tokens")), batch.Text("input_tokens"));
        Assert.Equal(Text(Tokens(cat, "output_tokens") + Tokens(dog, "output_tokens")), batch.Text("output_tokens"));
        Assert.Equal(["row-0", "row-1", "row-2"], rows.Select(Id));
        Assert.NotEqual(["row-0", "row-1", "row-2"], received.Select(Id));
        Assert.Equal(cat.Text, ChatText(rows[0]));
        Assert.Equal(dog.Text, ChatText(rows[2]));
        Assert.Equal(["", "the generation failed due to an internal error", ""], rows.Select(row => row["error"]!.GetValue<string>()));
        Assert.Null(rows[1]["body"]);
    }

    [Fact]
    public async Task Each_row_is_embedded_like_an_embed_call()
    {
        using HttpClient client = StoreSamples.Client();
        string[] rows =
        [
            """{"custom_id":"a","body":{"texts":["a cat","a dog"],"input_type":"search_document","embedding_types":["float","int8"]}}""",
            """{"custom_id":"b","body":{"texts":["a cow"],"input_type":"nonsense"}}""",
            """{"custom_id":"c","body":{"texts":["a cow"],"input_type":"search_query","embedding_types":["float"],"output_dimension":256,"truncate":null}}""",
        ];
        JsonElement dataset = await StoreSamples.DatasetAsync(client, string.Join("\n", rows), "name=e&type=" + Embed);
        JsonElement batch = await DoneAsync(client, await CreateAsync(client, dataset.Id(), model: EmbedSamples.Model));
        JsonObject[] answers = [.. ById(await StoreSamples.RowsAsync(client, batch.Text("output_dataset_id")))];
        using EmulatedAnswer embedded = await EmbedSamples.ToAsync(["a cat", "a dog"], "\"embedding_types\":[\"float\",\"int8\"]");

        Assert.Equal([3, 2, 1], Counts(batch));
        float[][] floats = [.. answers[0]["body"]!["embeddings"]!["float"]!.AsArray().Select(one => one!.AsArray().Select(number => (float)number!.GetValue<double>()).ToArray())];
        Assert.Equal(EmbedSamples.Numbers(embedded, "float", one => one.GetSingle()), floats);
        Assert.Equal(2, answers[0]["body"]!["embeddings"]!["int8"]!.AsArray().Count);
        Assert.Contains("input_type", answers[1]["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(256, answers[2]["body"]!["embeddings"]!["float"]![0]!.AsArray().Count);
        Assert.Null(answers[2]["body"]!["embeddings"]!["int8"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(200)]
    public async Task Results_come_in_another_order_that_is_the_same_every_time(int count)
    {
        string[] ids = [.. Enumerable.Range(0, count).Select(i => $"row-{i}")];
        string[][] orders = [await OrderAsync(), await OrderAsync()];

        Assert.Equal(ids.Order(StringComparer.Ordinal), orders[0].Order(StringComparer.Ordinal));
        Assert.Equal(count == 1, ids.SequenceEqual(orders[0]));
        Assert.Equal(orders[0], orders[1]);

        async Task<string[]> OrderAsync()
        {
            using HttpClient client = StoreSamples.Client();
            JsonElement batch = await DoneAsync(client, await CreateAsync(client, await ChatDatasetAsync(client, ids)));
            return [.. (await StoreSamples.RowsAsync(client, batch.Text("output_dataset_id"))).Select(Id)];
        }
    }

    [Theory]
    [InlineData("batch-embed-v4")]
    [InlineData("batch-embed-v4-a100")]
    public async Task The_embed_models_for_batches_answer_batches_only(string model)
    {
        using HttpClient client = StoreSamples.Client();
        const string Row = """{"custom_id":"a","body":{"texts":["a cat"],"input_type":"search_document"}}""";
        JsonElement dataset = await StoreSamples.DatasetAsync(client, Row, "name=e&type=" + Embed);
        JsonElement batch = await DoneAsync(client, await CreateAsync(client, dataset.Id(), model: model));
        JsonObject answer = Assert.Single(await StoreSamples.RowsAsync(client, batch.Text("output_dataset_id")));
        using EmulatedAnswer output = await EmulatedAnswer.ToAsync(client, "GET", "/v1/datasets/" + batch.Text("output_dataset_id"));
        using EmulatedAnswer direct = await EmbedSamples.ToAsync(["a cat"], $"\"model\":\"{model}\"");

        Assert.Equal(model, batch.Text("model"));
        Assert.Equal(1536, answer["body"]!["embeddings"]!["float"]![0]!.AsArray().Count);
        Assert.Equal("batch-embed-v2-output", output.Json.GetProperty("dataset").Text("dataset_type"));
        Assert.Equal(404, direct.Status);
    }

    [Fact]
    public async Task Rows_can_use_the_formats_that_only_batches_have()
    {
        using HttpClient client = StoreSamples.Client();
        const string Tool = """
            {"type":"function","function":{"name":"weather","description":"The weather of a city","parameters":"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}"}}
            """;
        string[] rows =
        [
            """{"custom_id":"tool","body":{"messages":[{"role":"user","content":"What is the weather in Toronto?"}],"tools":[""" + Tool.Trim() + "]}}",
            """{"custom_id":"thinks","body":{"messages":[{"role":"user","content":"What is a cat?"}],"reasoning":true,"thinking_budget":50,"stream":false}}""",
        ];
        JsonElement dataset = await StoreSamples.DatasetAsync(client, string.Join("\n", rows), "name=forms&type=" + Chat);
        JsonElement batch = await DoneAsync(client, await CreateAsync(client, dataset.Id(), model: "command-a-reasoning-08-2025"));
        JsonObject[] answers = [.. ById(await StoreSamples.RowsAsync(client, batch.Text("output_dataset_id"))).Reverse()];

        Assert.All(answers, row => Assert.Equal(string.Empty, row["error"]!.GetValue<string>()));
        Assert.Equal("weather", answers[0]["body"]!["message"]!["tool_calls"]![0]!["function"]!["name"]!.GetValue<string>());
        Assert.Contains("thinking", answers[1]["body"]!["message"]!["content"]!.AsArray().Select(block => block!["type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_batch_passes_through_its_states_and_its_counts_increase()
    {
        (List<string> states, List<int> counts) = await StoreSamples.UnhurriedAsync(LookAsync, seen => seen.States.Count == 3 && seen.Counts.Distinct().Count() > 3);

        Assert.Equal(["BATCH_STATUS_QUEUED", "BATCH_STATUS_IN_PROGRESS", "BATCH_STATUS_COMPLETED"], states);
        Assert.Equal(counts.Order(), counts);
        Assert.Equal(50, counts[^1]);
        Assert.True(counts.Distinct().Count() > 3, string.Join(" ", counts.Distinct()));

        static async Task<(List<string> States, List<int> Counts)> LookAsync(int duration)
        {
            using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { JobDurationMs = duration, ValidationDurationMs = 0 });
            string id = await CreateAsync(client, await ChatDatasetAsync(client, [.. Enumerable.Range(0, 50).Select(i => $"question {i}")]));
            var states = new List<string>();
            var counts = new List<int>();
            await StoreSamples.WaitAsync(client, $"{Path}/{id}", json =>
            {
                JsonElement batch = json.GetProperty("batch");
                states.Add(batch.Text("status"));
                counts.Add(Counts(batch)[1]);
                return states[^1] == "BATCH_STATUS_COMPLETED";
            });
            return ([.. states.Distinct()], counts);
        }
    }

    [Fact]
    public async Task A_canceled_batch_ends_soon_and_an_ended_batch_cannot_be_canceled()
    {
        var clock = new ManualClock();
        using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { JobDurationMs = 1000, ValidationDurationMs = 0, Clock = clock });
        string dataset = await ChatDatasetAsync(client, "hello");
        string id = await CreateAsync(client, dataset);
        using EmulatedAnswer cancel = await EmulatedAnswer.ToAsync(client, "POST", $"{Path}/{id}:cancel");
        using EmulatedAnswer after = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}/{id}");
        JsonElement end = await DoneAsync(client, id, clock);
        JsonElement failed = await DoneAsync(client, await CreateAsync(client, dataset, "emulate:fail"), clock);
        using EmulatedAnswer again = await EmulatedAnswer.ToAsync(client, "POST", $"{Path}/{failed.Id()}:cancel");

        Assert.Equal("{}", cancel.Body);
        Assert.Equal("BATCH_STATUS_CANCELING", after.Json.GetProperty("batch").Text("status"));
        Assert.Equal("BATCH_STATUS_CANCELED", end.Text("status"));
        Assert.False(end.TryGetProperty("output_dataset_id", out _));
        Assert.Equal("BATCH_STATUS_FAILED", failed.Text("status"));
        Assert.Equal("the batch failed as its name asked", failed.Text("status_reason"));
        Assert.Equal(400, again.Status);
    }

    [Fact]
    public async Task Pages_list_each_of_250_batches_once()
    {
        using HttpClient client = StoreSamples.Client();
        string dataset = await ChatDatasetAsync(client, "hello");
        for (int i = 0; i < 250; i++)
        {
            await CreateAsync(client, dataset, $"batch-{i}");
        }

        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"batch-{i}"), await NamesAsync(client, "page_size=60"));
        Assert.Equal(Enumerable.Range(0, 250).Reverse().Select(i => $"batch-{i}"), await NamesAsync(client, "order_by=created_at%20desc"));
    }

    [Theory]
    [InlineData("""{"input_dataset_id":"$","model":"command-a-03-2025"}""", 400, "name is required")]
    [InlineData("""{"name":"a","model":"command-a-03-2025"}""", 400, "input_dataset_id is required")]
    [InlineData("""{"name":"a","input_dataset_id":"$"}""", 400, "a model parameter is required")]
    [InlineData("""{"name":"a","input_dataset_id":"$","model":"embed-v4.0"}""", 400, "is not supported by the chat API")]
    [InlineData("""{"name":"a","input_dataset_id":"none","model":"command-a-03-2025"}""", 404, "dataset with id none not found")]
    [InlineData("""{"name":1,"input_dataset_id":"$","model":"command-a-03-2025"}""", 422, "name is of type number")]
    public async Task An_invalid_request_is_refused(string body, int status, string message)
    {
        using HttpClient client = StoreSamples.Client();
        string dataset = await ChatDatasetAsync(client, "hello");
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", Path, body.Replace("$", dataset, StringComparison.Ordinal));
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_of_another_type_is_refused()
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", Path, Body(dataset.Id()));
        Assert.Equal(400, answer.Status);
        Assert.Contains("'embed-input'", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v2/batches/none", 404)]
    [InlineData("POST", "/v2/batches/none:cancel", 404)]
    [InlineData("GET", "/v2/batches?page_token=bogus", 400)]
    [InlineData("GET", "/v2/batches?page_size=-1", 400)]
    [InlineData("GET", "/v2/batches?page_size=many", 422)]
    [InlineData("GET", "/v2/batches?order_by=color", 400)]
    public async Task A_missing_item_or_an_invalid_parameter_is_refused(string method, string path, int status)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(method, path);
        Assert.Equal(status, answer.Status);
    }

    private static string Id(JsonObject row) => row["custom_id"]!.GetValue<string>();

    private static IEnumerable<JsonObject> ById(IEnumerable<JsonObject> rows) => rows.OrderBy(Id, StringComparer.Ordinal);

    private static async Task<string> ChatDatasetAsync(HttpClient client, params string[] messages)
    {
        string rows = string.Join("\n", messages.Select((message, index) => new JsonObject
        {
            ["custom_id"] = $"row-{index}",
            ["body"] = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }) },
        }.ToJsonString()));
        return (await StoreSamples.DatasetAsync(client, rows, "name=chats&type=" + Chat)).Id();
    }

    private static string Body(string dataset, string name = "nightly", string model = EmulatedAnswer.Model) =>
        new JsonObject { ["name"] = name, ["input_dataset_id"] = dataset, ["model"] = model }.ToJsonString();

    private static async Task<string> CreateAsync(HttpClient client, string dataset, string name = "nightly", string model = EmulatedAnswer.Model)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", Path, Body(dataset, name, model));
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json.GetProperty("batch").Id();
    }

    private static async Task<JsonElement> DoneAsync(HttpClient client, string id, ManualClock? clock = null) =>
        (await StoreSamples.WaitAsync(
            client,
            $"{Path}/{id}",
            json =>
            {
                clock?.Advance(TimeSpan.FromSeconds(1));
                return json.GetProperty("batch").Text("status") is "BATCH_STATUS_COMPLETED" or "BATCH_STATUS_FAILED" or "BATCH_STATUS_CANCELED";
            })).GetProperty("batch");

    private static async Task<List<string>> NamesAsync(HttpClient client, string query)
    {
        var names = new List<string>();
        string token = string.Empty;
        do
        {
            using EmulatedAnswer page = await EmulatedAnswer.ToAsync(client, "GET", $"{Path}?{query}&page_token={Uri.EscapeDataString(token)}");
            names.AddRange(page.Json.GetProperty("batches").EnumerateArray().Select(batch => batch.Text("name")));
            token = page.Json.TryGetProperty("next_page_token", out JsonElement next) ? next.GetString()! : string.Empty;
        }
        while (token.Length > 0);
        return names;
    }

    private static int[] Counts(JsonElement batch) =>
        [batch.GetProperty("num_records").GetInt32(), batch.GetProperty("num_successful_records").GetInt32(), batch.GetProperty("num_failed_records").GetInt32()];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Tokens(EmulatedAnswer chat, string unit) =>
        chat.Json.GetProperty("usage").GetProperty("billed_units").GetProperty(unit).GetInt32();

    private static string ChatText(JsonObject row) => row["body"]!["message"]!["content"]![0]!["text"]!.GetValue<string>();
}
