using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>The purpose of a fine-tuned model.</summary>
[JsonConverter(typeof(FineTuningBaseTypeConverter))]
public enum FineTuningBaseType
{
    /// <summary>The service didn't return it.</summary>
    Unspecified,

    /// <summary>Text completion, which was retired long ago.</summary>
    Generative,

    /// <summary>Classification.</summary>
    Classification,

    /// <summary>Ranking by relevance.</summary>
    Rerank,

    /// <summary>Chat.</summary>
    Chat,
}

/// <summary>The status of a fine-tuned model.</summary>
[JsonConverter(typeof(FineTuningStatusConverter))]
public enum FineTuningStatus
{
    /// <summary>The status is missing, or this version doesn't know it.</summary>
    Unspecified,

    /// <summary>The model is being trained.</summary>
    Finetuning,

    /// <summary>The model is trained and being deployed.</summary>
    DeployingApi,

    /// <summary>The model can be used.</summary>
    Ready,

    /// <summary>The training has failed.</summary>
    Failed,

    /// <summary>The model was deleted.</summary>
    Deleted,

    /// <summary>The model is temporarily unavailable.</summary>
    TemporarilyOffline,

    /// <summary>The model is paused because it wasn't used for a long time.</summary>
    Paused,

    /// <summary>The training hasn't started.</summary>
    Queued,
}

/// <summary>The modules of a model that LoRA trains.</summary>
[JsonConverter(typeof(LoraTargetModulesConverter))]
public enum LoraTargetModules
{
    /// <summary>The service decides.</summary>
    Unspecified,

    /// <summary>Query and value.</summary>
    Qv,

    /// <summary>Query, key, value and output.</summary>
    Qkvo,

    /// <summary>Query, key, value, output and feed-forward.</summary>
    QkvoFfn,
}

/// <summary>
/// Training settings; null leaves a setting to the service. See
/// <see href="https://docs.cohere.com/reference/createfinetunedmodel"/>.
/// </summary>
public sealed record FineTuningHyperparameters
{
    /// <summary>The number of evaluations without enough progress after which the training ends.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>The progress that is enough to continue.</summary>
    public double? EarlyStoppingThreshold { get; init; }

    /// <summary>The number of examples in a training step.</summary>
    public int? TrainBatchSize { get; init; }

    /// <summary>The number of passes over the examples.</summary>
    public int? TrainEpochs { get; init; }

    /// <summary>The learning rate.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The weight of the LoRA matrices.</summary>
    public int? LoraAlpha { get; init; }

    /// <summary>The rank of the LoRA matrices.</summary>
    public int? LoraRank { get; init; }

    /// <summary>The modules that are trained.</summary>
    public LoraTargetModules? LoraTargetModules { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"TrainEpochs {TrainEpochs}, TrainBatchSize {TrainBatchSize}, LearningRate {LearningRate}");
}

/// <summary>The settings of a fine-tuned model.</summary>
public sealed record FineTunedModelRequest
{
    /// <summary>The name of the model.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The purpose of the model.</summary>
    public FineTuningBaseType BaseType { get; init; }

    /// <summary>The base model; null leaves it to the service.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The dataset with the training data.</summary>
    public string DatasetId { get; init; } = string.Empty;

    /// <summary>The training settings.</summary>
    public FineTuningHyperparameters? Hyperparameters { get; init; }
}

/// <summary>A fine-tuned model. See <see href="https://docs.cohere.com/reference/getfinetunedmodel"/>.</summary>
public sealed class FineTunedModel
{
    /// <summary>The id of the model.</summary>
    public string ModelId { get; internal init; } = string.Empty;

    /// <summary>The name of the model.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>The status of the model.</summary>
    public FineTuningStatus Status { get; internal init; }

    /// <summary>The purpose of the model.</summary>
    public FineTuningBaseType BaseType { get; internal init; }

    /// <summary>The base model.</summary>
    public string? BaseModel { get; internal init; }

    /// <summary>The dataset with the training data.</summary>
    public string DatasetId { get; internal init; } = string.Empty;

    /// <summary>The training settings.</summary>
    public FineTuningHyperparameters? Hyperparameters { get; internal init; }

    /// <summary>Whether a text can have more than one label. Only for classification.</summary>
    public bool? IsMultiLabel { get; internal init; }

    /// <summary>The user who created the model.</summary>
    public string? CreatorId { get; internal init; }

    /// <summary>The organization that the model belongs to.</summary>
    public string? OrganizationId { get; internal init; }

    /// <summary>When the model was created.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>When the model last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; internal init; }

    /// <summary>When the training ended.</summary>
    public DateTimeOffset? CompletedAt { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => ModelId;
}

internal sealed class FineTuningBaseTypeConverter : PrefixedEnumConverter<FineTuningBaseType>
{
    public FineTuningBaseTypeConverter()
        : base("BASE_TYPE_")
    {
    }
}

internal sealed class FineTuningStatusConverter : PrefixedEnumConverter<FineTuningStatus>
{
    public FineTuningStatusConverter()
        : base("STATUS_")
    {
    }
}

internal sealed class LoraTargetModulesConverter : PrefixedEnumConverter<LoraTargetModules>
{
    public LoraTargetModulesConverter()
        : base("LORA_TARGET_MODULES_")
    {
    }
}
