using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Tests.Fuzz;

/// <summary>An operation of the client, and an answer to it that is damaged before it's read.</summary>
/// <param name="Name">The name in messages.</param>
/// <param name="Answer">A valid answer.</param>
/// <param name="CallAsync">Makes the call and returns what a user gets.</param>
internal sealed record FuzzOperation(string Name, string Answer, Func<CohereClient, CancellationToken, Task<object?>> CallAsync)
{
    /// <summary>Whether the answer is a stream of events.</summary>
    public bool IsStream { get; init; }

    /// <summary>The field of the answer that contains the records; null for an answer without records.</summary>
    public string? List { get; init; }

    /// <summary>The field that contains the id of a record.</summary>
    public string Id { get; init; } = "id";

    /// <summary>The ids of the records that a user gets.</summary>
    public Func<object, string> IdOf { get; init; } = _ => string.Empty;

    /// <summary>
    /// The ids of the records in an answer, damaged or not; null if it can't be told. A record without an id can't be
    /// recognized.
    /// </summary>
    public IReadOnlyList<string>? IdsIn(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Count(property => property.Name == List) == 1 && root.GetProperty(List!).ValueKind == JsonValueKind.Array
                ? [.. root.GetProperty(List!).EnumerateArray().Select(IdIn).Where(id => id.Length > 0)]
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private string IdIn(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(Id, out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : string.Empty;

    private const string Usage = """{"billed_units":{"input_tokens":5,"output_tokens":7,"search_units":1,"classifications":2,"images":1,"image_tokens":3,"pages":1},"tokens":{"input_tokens":71,"output_tokens":9,"reasoning_tokens":29,"image_tokens":259},"cached_tokens":64,"warnings":["a warning"]}""";
    private const string Citation = """{"start":4,"end":10,"text":"folder","content_index":0,"sources":[{"type":"document","id":"doc:0","document":{"id":"doc:0","text":"Use the folder.","title":"howto.txt"}},{"type":"tool","id":"t1:0","tool_output":{"content":"[1, 2]"}}],"type":"TEXT_CONTENT"}""";
    private const string ToolCallJson = """{"id":"now_x1","type":"function","function":{"name":"now","arguments":"{\"a\":[1,\"b\"]}"}}""";
    private const string ChatAnswer = $$"""{"id":"c1","message":{"role":"assistant","tool_plan":"I look","tool_calls":[{{ToolCallJson}}],"content":[{"type":"text","text":"The folder. 😀"},{"type":"thinking","thinking":"Where?"}],"citations":[{{Citation}}]},"finish_reason":"COMPLETE","logprobs":[{"text":"The","token_ids":[1,2],"logprobs":[-0.5,-1]}],"usage":{{Usage}}}""";
    private const string Model = """{"name":"m-1","endpoints":["chat"],"finetuned":false,"is_deprecated":false,"context_length":256000,"tokenizer_url":"https://example.com/t.json","features":["tools","vision"],"default_endpoints":["chat"],"sampling_defaults":{"temperature":0.3,"k":0,"p":0.75,"frequency_penalty":0,"presence_penalty":0,"max_tokens_per_doc":4096}}""";
    private const string Dataset = """{"id":"d-1","name":"rows","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:06.5Z","dataset_type":"embed-input","validation_status":"validated","validation_error":"","schema":"{\"type\":\"record\"}","required_fields":["text"],"preserve_fields":["k"],"validation_warnings":["short"],"dataset_parts":[{"id":"p-1","name":"part","url":"https://files.test/1","index":0,"size_bytes":12,"num_rows":2,"original_url":"","samples":["a"]}],"metrics":{"finetune_dataset_metrics":{"trainable_token_count":"12","total_examples":4,"rates":{"a":[0.5,true,null]}}}}""";
    private const string Job = """{"job_id":"j-1","name":"job","status":"complete","created_at":"2026-01-02T03:04:05Z","input_dataset_id":"d-1","output_dataset_id":"d-2","model":"m","truncate":"END","meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":12},"warnings":["slow"]}}""";
    private const string Batch = """{"id":"b-1","name":"batch","creator_id":"u","org_id":"o","status":"BATCH_STATUS_COMPLETED","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","input_dataset_id":"d-1","output_dataset_id":"d-2","input_tokens":"12","output_tokens":"34","model":"m","num_records":"3","num_successful_records":"2","num_failed_records":"1","status_reason":""}""";
    private const string FineTuned = """{"id":"f-1","name":"tuned","creator_id":"u","organization_id":"o","settings":{"base_model":{"name":"","version":"1","base_type":"BASE_TYPE_CHAT","strategy":"STRATEGY_TFEW"},"dataset_id":"d-1","hyperparameters":{"early_stopping_patience":6,"early_stopping_threshold":0.01,"train_batch_size":16,"train_epochs":1,"learning_rate":0.01,"lora_alpha":8,"lora_rank":8,"lora_target_modules":"LORA_TARGET_MODULES_QV"},"multi_label":true,"wandb":null},"status":"STATUS_READY","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","completed_at":"2026-01-02T03:04:05Z","last_used":null}""";

    private static readonly Batch BatchOfRows = new() { BatchId = "b", Model = "m" };
    private static readonly EmbedJob JobOfRows = new() { JobId = "j", Model = "m" };

    /// <summary>The operations, with a file for uploads.</summary>
    public static FuzzOperation[] All(string audioFile) =>
    [
        new("chat", ChatAnswer, async (client, token) => await client.Chat.SendAsync(ChatJson.Question(), null, token)),
        new("chat stream", ChatStream, async (client, token) => await StreamAsync(client, token)) { IsStream = true },
        new("embed", """{"id":"e","embeddings":{"float":[[0.25,-1,3],[1,0.5,2]],"int8":[[3,-4,5],[5,6,7]],"future":[[1]]},"texts":["one","two"],"meta":{"api_version":{"version":"2"},"billed_units":{"input_tokens":2,"images":1}},"response_type":"embeddings_by_type"}""",
            async (client, token) => await client.Embeddings.EmbedAsync(new EmbedRequest { Texts = ["one", "two"], EmbeddingTypes = [EmbeddingType.Int8] }, null, token)),
        new("embed base64", """{"id":"e","embeddings":{"base64":["AACAPwAAAEA=","AACAPwAAAEA="]},"texts":["one","two"],"meta":{"billed_units":{"input_tokens":2}}}""",
            async (client, token) => await client.Embeddings.EmbedAsync(new EmbedRequest { Texts = ["one", "two"] }, null, token)),
        new("rerank", """{"id":"r1","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.02}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1}}}""",
            async (client, token) => await client.Rerank.RerankAsync(new RerankRequest { Query = "q", Documents = ["a", "b"] }, null, token)),
        new("classify", """{"id":"x","classifications":[{"id":"1","input":"a","prediction":"spam","predictions":["spam"],"confidence":0.9,"confidences":[0.9],"labels":{"spam":{"confidence":0.9},"ham":{"confidence":0.1}},"classification_type":"single-label"},{"id":"2","input":"b","predictions":["ham"],"confidences":[0.8],"labels":{"ham":{"confidence":0.8}},"classification_type":"multi-label"}],"meta":{"billed_units":{"classifications":2}}}""",
            async (client, token) => await client.Classify.ClassifyAsync(new ClassifyRequest { Inputs = ["a", "b"], Model = "m" }, null, token)),
        new("parse markdown", """{"id":"p","pages":[{"index":0,"type":"markdown","markdown":{"content":"# A","images":[{"id":"img-0","description":"logo","category":"logo","bounding_box":{"top_left_x":1,"top_left_y":2,"bottom_right_x":3,"bottom_right_y":4},"bounding_box_normalized":{"top_left_x":0.1,"top_left_y":0.2,"bottom_right_x":0.3,"bottom_right_y":0.4}}]}}],"meta":{"billed_units":{"pages":1}}}""",
            async (client, token) => await client.Parse.ParseAsync(new ParseRequest { Document = new ParseImage { ImageUrl = "https://example.com/a.png" } }, null, token)),
        new("parse blocks", """{"id":"p","pages":[{"index":0,"type":"blocks","blocks":[{"type":"text","text":{"content":"Hi"}},{"type":"image","image":{"id":"img-0","description":"a [b]","category":"other","bounding_box":{"top_left_x":1,"top_left_y":2,"bottom_right_x":3,"bottom_right_y":4}}},{"type":"table","table":{"html":"<table/>","title":"T","description":"d"}},{"type":"new","new":{"raw":"x"}}]}],"meta":{"billed_units":{"pages":1}}}""",
            async (client, token) => await client.Parse.ParseAsync(new ParseRequest { Document = new ParseImage { ImageUrl = "https://example.com/a.png" } }, null, token)),
        new("transcription", """{"text":"Hello","usage":{"billed_units":{"input_tokens":3}},"meta":null}""",
            async (client, token) => await client.Audio.TranscribeAsync(new TranscriptionRequest { Path = audioFile, Language = "en" }, null, token)),
        new("tokenize", """{"tokens":[1,2,3],"token_strings":["a","b","c"],"meta":{"api_version":{"version":"1"}}}""", async (client, token) => await client.Tokens.TokenizeAsync("abc", null, null, token)),
        new("detokenize", """{"text":"abc","meta":{"api_version":{"version":"1"}}}""", async (client, token) => await client.Tokens.DetokenizeAsync([1, 2], null, null, token)),
        new("models", $$"""{"models":[{{Model}},{{Model.Replace("m-1", "m-2", StringComparison.Ordinal)}},{{Model.Replace("m-1", "m-3", StringComparison.Ordinal)}}],"next_page_token":""}""", async (client, token) => await ListAsync(client.Models.ListAsync(null, false, null, token)))
        { List = "models", Id = "name", IdOf = item => ((CohereModel)item).Name },
        new("model", Model, async (client, token) => await client.Models.GetAsync("m-1", null, token)),
        new("check key", """{"valid":true,"organization_id":"o","owner_id":"w"}""", async (client, token) => await client.Account.CheckApiKeyAsync(null, token)),
        new("datasets", $$"""{"datasets":[{{Dataset}},{{Dataset.Replace("d-1", "d-2", StringComparison.Ordinal)}},{{Dataset.Replace("d-1", "d-3", StringComparison.Ordinal)}}]}""", async (client, token) => await ListAsync(client.Datasets.ListAsync(null, null, token)))
        { List = "datasets", IdOf = item => ((Dataset)item).DatasetId },
        new("dataset", $$"""{"dataset":{{Dataset}}}""", async (client, token) => await client.Datasets.GetAsync("d-1", null, token)),
        new("dataset usage", """{"organization_usage":"12345"}""", async (client, token) => await client.Datasets.GetUsageAsync(null, token)),
        new("create dataset", """{"id":"d-1"}""", async (client, token) => await client.Datasets.CreateAsync(new DatasetRequest { Name = "n", Type = "embed-input", Path = audioFile }, null, null, token)),
        new("delete dataset", "{}", async (client, token) => await DoneAsync(client.Datasets.DeleteAsync("d-1", null, token))),
        new("rows of a dataset", $$"""{"dataset":{{Dataset}}}""", async (client, token) => await RowsAsync(client, token)),
        new("results of an embed job", $$"""{"dataset":{{Dataset}}}""", async (client, token) => await ListAsync(client.EmbedJobs.ReadResultsAsync(new EmbedJob { JobId = "j", OutputDatasetId = "d-1" }, null, token))),
        new("results of a batch", $$"""{"dataset":{{Dataset}}}""", async (client, token) => await ListAsync(client.Batches.ReadResultsAsync(new Batch { BatchId = "b", InputDatasetId = "d-1", OutputDatasetId = "d-2" }, null, token))),
        new("embed jobs", $$"""{"embed_jobs":[{{Job}},{{Job.Replace("j-1", "j-2", StringComparison.Ordinal)}}]}""", async (client, token) => await client.EmbedJobs.ListAsync(null, token))
        { List = "embed_jobs", Id = "job_id", IdOf = item => ((EmbedJob)item).JobId },
        new("embed job", Job, async (client, token) => await client.EmbedJobs.GetAsync("j-1", null, token)),
        new("create embed job", """{"job_id":"j-1","meta":{"billed_units":{"input_tokens":1}}}""", async (client, token) => await client.EmbedJobs.CreateAsync(new EmbedJobRequest { DatasetId = "d" }, null, token)),
        new("cancel embed job", "{}", async (client, token) => await DoneAsync(client.EmbedJobs.CancelAsync("j-1", null, token))),
        new("batches", $$"""{"batches":[{{Batch}},{{Batch.Replace("b-1", "b-2", StringComparison.Ordinal)}}],"next_page_token":null}""", async (client, token) => await ListAsync(client.Batches.ListAsync(null, null, token)))
        { List = "batches", IdOf = item => ((Batch)item).BatchId },
        new("batch", $$"""{"batch":{{Batch}}}""", async (client, token) => await client.Batches.GetAsync("b-1", null, token)),
        new("create batch", $$"""{"batch":{{Batch}}}""", async (client, token) => await client.Batches.CreateAsync(new BatchRequest { Name = "n", DatasetId = "d", Model = "m" }, null, token)),
        new("cancel batch", "{}", async (client, token) => await DoneAsync(client.Batches.CancelAsync("b-1", null, token))),
        new("fine-tuned models", $$"""{"finetuned_models":[{{FineTuned}},{{FineTuned.Replace("f-1", "f-2", StringComparison.Ordinal)}}],"next_page_token":"","total_size":2}""", async (client, token) => await ListAsync(client.FineTuning.ListAsync(null, null, token)))
        { List = "finetuned_models", IdOf = item => ((FineTunedModel)item).ModelId },
        new("fine-tuned model", $$"""{"finetuned_model":{{FineTuned}}}""", async (client, token) => await client.FineTuning.GetAsync("f-1", null, token)),
        new("create fine-tuned model", $$"""{"finetuned_model":{{FineTuned}}}""", async (client, token) => await client.FineTuning.CreateAsync(new FineTunedModelRequest { Name = "n", DatasetId = "d" }, null, token)),
        new("update fine-tuned model", $$"""{"finetuned_model":{{FineTuned}}}""", async (client, token) => await client.FineTuning.UpdateAsync("f-1", new FineTunedModelRequest { Name = "n", DatasetId = "d" }, null, token)),
        new("delete fine-tuned model", "{}", async (client, token) => await DoneAsync(client.FineTuning.DeleteAsync("f-1", null, token))),
        new("events", """{"events":[{"user_id":"u-1","status":"STATUS_QUEUED","created_at":"2026-01-02T03:04:05Z"},{"user_id":"u-2","status":"STATUS_READY","created_at":"2026-01-02T03:04:05Z"}],"next_page_token":"","total_size":2}""", async (client, token) => await ListAsync(client.FineTuning.ListEventsAsync("f-1", null, null, token)))
        { List = "events", Id = "user_id", IdOf = item => ((FineTuningEvent)item).UserId ?? string.Empty },
        new("metrics", """{"step_metrics":[{"created_at":"2026-01-02T03:04:05Z","step_number":1,"metrics":{"loss":0.5,"accuracy":1}},{"created_at":"2026-01-02T03:04:05Z","step_number":2,"metrics":{}}],"next_page_token":""}""", async (client, token) => await ListAsync(client.FineTuning.ListMetricsAsync("f-1", null, token))),
        new("any path", ChatAnswer, async (client, token) => await client.Raw.SendAsync("GET", "/v1/any", cancellationToken: token)),
        new("any list", $$"""{"models":[{{Model}}],"next_page_token":"t1"}""", async (client, token) => await ListAsync(client.Raw.ListAsync("/v1/models", cancellationToken: token))),
        new("any list with offsets", $$"""{"datasets":[{{Dataset}}]}""", async (client, token) => await ListAsync(client.Raw.ListAsync("/v1/datasets", cancellationToken: token))),
        new("rows of a batch", $$$$"""{"inputs":[{"custom_id":"a","body":{"messages":[{"role":"user","content":"question a"}]}},{"custom_id":"b","body":{"messages":[{"role":"user","content":[{"type":"text","text":"question b"}]}]}},{"custom_id":"c","body":{"texts":["one"],"input_type":"search_query"}},{"custom_id":"d","body":{"inputs":[{"content":[{"type":"text","text":"one"}]}]}}],"outputs":[{"custom_id":"c","body":{"id":"e","embeddings":{"float":[[1,2]],"int8":null},"meta":{"billed_units":{"input_tokens":2}}},"error":null},{"custom_id":"a","body":{{{{ChatAnswer}}}},"error":""},{"custom_id":"b","body":null,"error":{"message":"too long"}}]}""", async (client, token) => await JoinAsync(client, token)),
        new("row of an embed job", """{"text":"one","embeddings":{"float":[1,2],"int8":[1,2],"uint8":[1,2],"binary":[1],"ubinary":[255]},"kept":{"a":[1]}}""", async (client, token) => EmbedResultReader.Read(JsonValues.ToObject(await client.Raw.SendAsync("GET", "/v1/any", cancellationToken: token)), 0, JobOfRows)),
    ];

    private static string ChatStream { get; } = string.Concat(
        new[]
        {
            """{"id":"s1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""",
            """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I add"}}}""",
            """{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"add_1","type":"function","function":{"name":"add","arguments":""}}}}}""",
            """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\": 2}"}}}}}""",
            """{"type":"tool-call-end","index":0}""",
            """{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}""",
            """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"Wo ist es?"}}}}""",
            """{"type":"content-end","index":0}""",
            """{"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}""",
            """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"The fol"}}},"logprobs":{"text":"The","token_ids":[1],"logprobs":[-0.5]}}""",
            """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"der. 😀"}}}}""",
            $$"""{"type":"citation-start","index":0,"delta":{"message":{"citations":{{Citation}}} } }""",
            """{"type":"citation-end","index":0}""",
            """{"type":"content-end","index":1}""",
            $$"""{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{{Usage}}} }""",
        }.Select(data => $"event: x\ndata: {data}\n\n")) + "data: [DONE]\n\n";

    private static async Task<object?> ListAsync<T>(IAsyncEnumerable<T> items) => await items.ToListAsync();

    private static async Task<object?> DoneAsync(Task call)
    {
        await call;
        return null;
    }

    private static async Task<object?> StreamAsync(CohereClient client, CancellationToken token)
    {
        var events = await client.Chat.StreamAsync(ChatJson.Question(), null, token).ToListAsync();
        ChatResponse response = events[^1].Response ?? throw new InvalidOperationException("The last event has no answer.");
        string pieces = string.Concat(events.Select(item => item.Text));
        // Parts that change their type, and damaged orders of events, can differ. The number of characters can't.
        return pieces.Length == response.Text.Length || response.AnswerMessage.Content.Count != 1
            ? events
            : throw new InvalidOperationException($"The events have '{pieces}', the answer '{response.Text}'.");
    }

    private static async Task<object?> RowsAsync(CohereClient client, CancellationToken token)
    {
        using DatasetRowReader rows = await client.Datasets.OpenRowsAsync("d-1", null, token);
        var items = new List<object?>();
        while (await rows.ReadAsync(token))
        {
            items.Add(rows.ToObject());
            items.Add(rows.ToElement());
        }

        return items;
    }

    private static async Task<object?> JoinAsync(CohereClient client, CancellationToken token)
    {
        JsonElement rows = await client.Raw.SendAsync("GET", "/v1/any", cancellationToken: token);
        JsonElement[] inputs = ItemsOf(rows, "inputs");
        JsonElement[] outputs = ItemsOf(rows, "outputs");
        List<BatchResult> results = await BatchJoin.ReadAsync(BatchOfRows, Items(inputs), Items(outputs), token).ToListAsync();
        using var writer = new Utf8JsonWriter(System.IO.Stream.Null);
        foreach (BatchResult result in results)
        {
            writer.Reset(System.IO.Stream.Null);
            result.WriteTo(writer);
        }

        // Every result, in its order, and then every request without one.
        string[] ids = [.. outputs.Select(BatchResultReader.IdOf)];
        if (!ids.SequenceEqual(results.Take(ids.Length).Select(result => result.CustomId)))
        {
            throw new InvalidOperationException("The results are in another order.");
        }

        long[] indexes = [.. results.Select(result => result.Index).Where(index => index >= 0)];
        return indexes.Order().SequenceEqual(Enumerable.Range(0, inputs.Length).Select(index => (long)index))
            ? results
            : throw new InvalidOperationException($"There are {inputs.Length} requests, and results for {string.Join(", ", indexes)}.");
    }

    private static JsonElement[] ItemsOf(JsonElement rows, string name) =>
        rows.ValueKind == JsonValueKind.Object && rows.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static async IAsyncEnumerable<JsonElement> Items(JsonElement[] items)
    {
        await Task.CompletedTask;
        foreach (JsonElement item in items)
        {
            yield return item;
        }
    }
}
