using System.Text.Json.Serialization;

namespace CohereShell;

/// <summary>What a fine-tuned model is for.</summary>
[JsonConverter(typeof(FineTuningBaseTypeConverter))]
public enum FineTuningBaseType
{
    /// <summary>The service does not say.</summary>
    Unspecified,

    /// <summary>Completion; given up long ago.</summary>
    Generative,

    /// <summary>Classification.</summary>
    Classification,

    /// <summary>Ranking by relevance.</summary>
    Rerank,

    /// <summary>Chat.</summary>
    Chat,
}

/// <summary>How far a fine-tuned model is.</summary>
[JsonConverter(typeof(FineTuningStatusConverter))]
public enum FineTuningStatus
{
    /// <summary>The service does not say, or says something that this version does not know.</summary>
    Unspecified,

    /// <summary>It is being trained.</summary>
    Finetuning,

    /// <summary>It is trained, and is made ready to answer.</summary>
    DeployingApi,

    /// <summary>It can be used.</summary>
    Ready,

    /// <summary>The training has failed.</summary>
    Failed,

    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>It cannot be used for the moment.</summary>
    TemporarilyOffline,

    /// <summary>It was not used for long, and is not kept ready.</summary>
    Paused,

    /// <summary>It waits for its turn.</summary>
    Queued,
}

/// <summary>The parts of a model that are trained with low-rank matrices.</summary>
[JsonConverter(typeof(LoraTargetModulesConverter))]
public enum LoraTargetModules
{
    /// <summary>The service chooses.</summary>
    Unspecified,

    /// <summary>Query and value.</summary>
    Qv,

    /// <summary>Query, key, value and output.</summary>
    Qkvo,

    /// <summary>Query, key, value, output and feed-forward.</summary>
    QkvoFfn,
}

/// <summary>How a model is trained; null leaves it to the service. See <see href="https://docs.cohere.com/reference/createfinetunedmodel"/>.</summary>
public sealed record FineTuningHyperparameters
{
    /// <summary>After how many evaluations without enough progress the training ends.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>How much progress is enough.</summary>
    public double? EarlyStoppingThreshold { get; init; }

    /// <summary>How many examples make a step.</summary>
    public int? TrainBatchSize { get; init; }

    /// <summary>How often the examples are gone through.</summary>
    public int? TrainEpochs { get; init; }

    /// <summary>How fast it learns.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The weight of the low-rank matrices.</summary>
    public int? LoraAlpha { get; init; }

    /// <summary>The rank of the low-rank matrices.</summary>
    public int? LoraRank { get; init; }

    /// <summary>The parts of the model that are trained.</summary>
    public LoraTargetModules? LoraTargetModules { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"TrainEpochs {TrainEpochs}, TrainBatchSize {TrainBatchSize}, LearningRate {LearningRate}");
}

/// <summary>What a fine-tuned model is made of.</summary>
public sealed record FineTunedModelRequest
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>What it is for.</summary>
    public FineTuningBaseType BaseType { get; init; }

    /// <summary>The model that it is made of; null leaves it to the service.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The dataset to learn from.</summary>
    public string DatasetId { get; init; } = string.Empty;

    /// <summary>How it is trained.</summary>
    public FineTuningHyperparameters? Hyperparameters { get; init; }
}

/// <summary>A model that has learned from a dataset. See <see href="https://docs.cohere.com/reference/getfinetunedmodel"/>.</summary>
public sealed class FineTunedModel
{
    /// <summary>Its id.</summary>
    public string ModelId { get; internal init; } = string.Empty;

    /// <summary>Its name.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>How far it is.</summary>
    public FineTuningStatus Status { get; internal init; }

    /// <summary>What it is for.</summary>
    public FineTuningBaseType BaseType { get; internal init; }

    /// <summary>The model that it is made of.</summary>
    public string? BaseModel { get; internal init; }

    /// <summary>The dataset that it learns from.</summary>
    public string DatasetId { get; internal init; } = string.Empty;

    /// <summary>How it is trained.</summary>
    public FineTuningHyperparameters? Hyperparameters { get; internal init; }

    /// <summary>Whether a text can have more than one label; only for classification.</summary>
    public bool? IsMultiLabel { get; internal init; }

    /// <summary>Who made it.</summary>
    public string? CreatorId { get; internal init; }

    /// <summary>The organisation that it belongs to.</summary>
    public string? OrganizationId { get; internal init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>When it last changed.</summary>
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
