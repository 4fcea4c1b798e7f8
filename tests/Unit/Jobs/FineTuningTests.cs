using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class FineTuningTests
{
    private const string Answered = """
        {"finetuned_model":{"id":"m1","name":"mine","creator_id":"u","organization_id":"o","status":"STATUS_DEPLOYING_API","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:05:05Z","completed_at":"2026-01-02T03:06:05Z",
         "settings":{"base_model":{"name":"medium","version":"14.2.0","base_type":"BASE_TYPE_CHAT","strategy":"STRATEGY_TFEW"},"dataset_id":"d1","multi_label":false,
         "hyperparameters":{"early_stopping_patience":6,"early_stopping_threshold":0.01,"train_batch_size":16,"train_epochs":1,"learning_rate":0.005,"lora_alpha":8,"lora_rank":4,"lora_target_modules":"LORA_TARGET_MODULES_QKVO_FFN"}}}}
        """;

    private static FineTunedModelRequest Full => new()
    {
        Name = "mine",
        BaseType = FineTuningBaseType.Chat,
        BaseModel = "medium",
        DatasetId = "d1",
        Hyperparameters = new FineTuningHyperparameters
        {
            EarlyStoppingPatience = 6,
            EarlyStoppingThreshold = 0.01,
            TrainBatchSize = 16,
            TrainEpochs = 1,
            LearningRate = 0.005,
            LoraAlpha = 8,
            LoraRank = 4,
            LoraTargetModules = LoraTargetModules.Qkvo,
        },
    };

    [Fact]
    public async Task Every_parameter_has_the_name_and_format_of_the_API()
    {
        Assert.Equal(
            """{"name":"mine","settings":{"base_model":{"name":"medium","base_type":"BASE_TYPE_CHAT"},"dataset_id":"d1","hyperparameters":{"early_stopping_patience":6,"early_stopping_threshold":0.01,"train_batch_size":16,"train_epochs":1,"learning_rate":0.005,"lora_alpha":8,"lora_rank":4,"lora_target_modules":"LORA_TARGET_MODULES_QKVO"}}}""",
            (await SendAsync(Full)).GetRawText());
        Assert.Equal(
            """{"name":"r","settings":{"base_model":{"base_type":"BASE_TYPE_RERANK"},"dataset_id":"d"}}""",
            (await SendAsync(new FineTunedModelRequest { Name = "r", BaseType = FineTuningBaseType.Rerank, DatasetId = "d" })).GetRawText());
    }

    [Fact]
    public async Task Every_request_matches_the_API_description()
    {
        FineTunedModelRequest[] requests =
        [
            .. Enum.GetValues<FineTuningBaseType>().Select(type => Full with { BaseType = type }),
            .. Enum.GetValues<LoraTargetModules>().Select(modules => Full with { Hyperparameters = new FineTuningHyperparameters { LoraTargetModules = modules } }),
        ];
        foreach (FineTunedModelRequest request in requests)
        {
            Assert.Empty(ApiDescription.Current.RequestErrors("CreateFinetunedModel", await SendAsync(request)));
        }
    }

    [Fact]
    public void The_response_in_these_tests_matches_the_API() =>
        Assert.Empty(ApiDescription.Current.ResponseErrors("CreateFinetunedModel", 200, JsonDocument.Parse(Answered).RootElement));

    [Fact]
    public async Task A_model_is_read_with_its_settings()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);

        FineTunedModel model = await new CohereClient(session).FineTuning.GetAsync("m1");

        Assert.Equal("m1 mine DeployingApi Chat medium d1 u o", $"{model} {model.Name} {model.Status} {model.BaseType} {model.BaseModel} {model.DatasetId} {model.CreatorId} {model.OrganizationId}");
        Assert.Equal(Full.Hyperparameters! with { LoraTargetModules = LoraTargetModules.QkvoFfn }, model.Hyperparameters);
        Assert.False(model.IsMultiLabel);
        Assert.Equal((4, 5, 6), (model.CreatedAt?.Minute, model.UpdatedAt?.Minute, model.CompletedAt?.Minute));
        Assert.Equal("GET /v1/finetuning/finetuned-models/m1", $"{server.Requests[0].Method} {server.Requests[0].Target}");
    }

    [Fact]
    public async Task Models_events_and_metrics_are_listed_from_all_pages()
    {
        using var server = new FaultServer(
            Answer.Json("""{"finetuned_models":[{"id":"a"},{}],"next_page_token":"2"}"""),
            Answer.Json("""{"finetuned_models":[{"id":"b","status":"STATUS_PAUSED"}],"next_page_token":""}"""),
            Answer.Json("""{"events":[{"user_id":"u","status":"STATUS_QUEUED","created_at":"2026-01-02T03:04:05Z"}],"next_page_token":"x"}"""),
            Answer.Json("""{"events":[{"status":"STATUS_READY"}]}"""),
            Answer.Json("""{"step_metrics":[{"created_at":"2026-01-02T03:04:05Z","step_number":10,"metrics":{"accuracy":0.5,"cross_entropy":1.25}}],"next_page_token":"x"}"""),
            Answer.Json("""{"step_metrics":[{"step_number":20,"metrics":null}],"next_page_token":""}"""));
        using CohereSession session = TestSession.Open(server);
        FineTuningClient client = new CohereClient(session).FineTuning;

        Assert.Equal(["a", "b"], (await client.ListAsync().ToListAsync()).Select(model => model.ModelId));
        Assert.Equal(["m Queued u", "m Ready "], (await client.ListEventsAsync("m").ToListAsync()).Select(item => $"{item.ModelId} {item} {item.UserId}"));
        Assert.Equal(["m 10 accuracy 0.5, cross_entropy 1.25", "m 20 "], (await client.ListMetricsAsync("m").ToListAsync()).Select(step => $"{step.ModelId} {step.StepNumber} {step}"));
        Assert.Equal("/v1/finetuning/finetuned-models?page_size=50&page_token=2", server.Requests[1].Target);
        Assert.Equal("/v1/finetuning/finetuned-models/m/events?page_size=50&page_token=x", server.Requests[3].Target);
        Assert.Equal("/v1/finetuning/finetuned-models/m/training-step-metrics?page_size=50&page_token=x", server.Requests[5].Target);
    }

    [Fact]
    public async Task A_model_is_changed_and_deleted()
    {
        using var server = new FaultServer(Answer.Json(Answered), Answer.Ok());
        using CohereSession session = TestSession.Open(server);
        FineTuningClient client = new CohereClient(session).FineTuning;

        await client.UpdateAsync("m 1", Full);
        await client.DeleteAsync("m 1");

        Assert.Equal(["PATCH /v1/finetuning/finetuned-models/m%201", "DELETE /v1/finetuning/finetuned-models/m%201"], server.Requests.Select(request => $"{request.Method} {request.Target}"));
        Assert.Equal("mine", server.Requests[0].Json.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_training_is_not_started_twice_if_the_connection_is_lost()
    {
        using var server = new FaultServer(Answer.CutShort(Answered));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).FineTuning.CreateAsync(Full));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task All_operations_have_the_same_deprecation_warning()
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        FineTuningClient client = new CohereClient(session).FineTuning;
        var notices = new Notices();

        await client.GetAsync("m", notices.Options);
        await client.CreateAsync(Full, notices.Options);

        string warning = Assert.Single(notices.All.Where(notice => notice.Kind == ApiNoticeKind.Warning).Select(notice => notice.Message).Distinct());
        Assert.StartsWith("Cohere has retired fine-tuning", warning, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> SendAsync(FineTunedModelRequest request)
    {
        using var server = new FaultServer(Answer.Json(Answered));
        using CohereSession session = TestSession.Open(server);
        await new CohereClient(session).FineTuning.CreateAsync(request);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("POST /v1/finetuning/finetuned-models", $"{sent.Method} {sent.Target}");
        return sent.Json;
    }
}
