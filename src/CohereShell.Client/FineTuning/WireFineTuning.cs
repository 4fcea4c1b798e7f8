using System.Text.Json.Serialization;

namespace CohereShell;

// Fine-tuned models as the API sends them.

internal sealed class WireFineTunedModelAnswer
{
    [JsonPropertyName("finetuned_model")]
    public WireFineTunedModel? Model { get; set; }
}

internal sealed class WireFineTunedModel
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public string? CreatorId { get; set; }

    public string? OrganizationId { get; set; }

    public WireFineTuningSettings? Settings { get; set; }

    public FineTuningStatus? Status { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public static WireFineTunedModel Of(FineTunedModelRequest request) => new()
    {
        Name = request.Name,
        Settings = new WireFineTuningSettings
        {
            BaseModel = new WireBaseModel { Name = request.BaseModel, BaseType = request.BaseType },
            DatasetId = request.DatasetId,
            Hyperparameters = request.Hyperparameters,
        },
    };

    public FineTunedModel? ToModel() => string.IsNullOrEmpty(Id) ? null : new FineTunedModel
    {
        ModelId = Id!,
        Name = Name ?? string.Empty,
        Status = Status ?? FineTuningStatus.Unspecified,
        BaseType = Settings?.BaseModel?.BaseType ?? FineTuningBaseType.Unspecified,
        BaseModel = Settings?.BaseModel?.Name,
        DatasetId = Settings?.DatasetId ?? string.Empty,
        Hyperparameters = Settings?.Hyperparameters,
        IsMultiLabel = Settings?.MultiLabel,
        CreatorId = CreatorId,
        OrganizationId = OrganizationId,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        CompletedAt = CompletedAt,
    };
}

internal sealed class WireFineTuningSettings
{
    public WireBaseModel? BaseModel { get; set; }

    public string? DatasetId { get; set; }

    public FineTuningHyperparameters? Hyperparameters { get; set; }

    public bool? MultiLabel { get; set; }
}

internal sealed class WireBaseModel
{
    public string? Name { get; set; }

    public FineTuningBaseType? BaseType { get; set; }
}

internal sealed class WireFineTunedModelList : ITokenPage<FineTunedModel>
{
    [JsonPropertyName("finetuned_models")]
    public List<WireFineTunedModel?>? Models { get; set; }

    public string? NextPageToken { get; set; }

    [JsonIgnore]
    public IReadOnlyList<FineTunedModel?>? Items => Models?.Select(model => model?.ToModel()).ToArray();
}

internal sealed class WireFineTuningEvents : ITokenPage<FineTuningEvent>
{
    public List<FineTuningEvent?>? Events { get; set; }

    public string? NextPageToken { get; set; }

    [JsonIgnore]
    public IReadOnlyList<FineTuningEvent?>? Items => Events;
}

internal sealed class WireFineTuningMetrics : ITokenPage<FineTuningMetric>
{
    public List<FineTuningMetric?>? StepMetrics { get; set; }

    public string? NextPageToken { get; set; }

    [JsonIgnore]
    public IReadOnlyList<FineTuningMetric?>? Items => StepMetrics;
}
