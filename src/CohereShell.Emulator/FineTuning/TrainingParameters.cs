namespace CohereShell.Emulation;

/// <summary>The hyperparameters of a training: <see href="https://docs.cohere.com/reference/createfinetunedmodel"/>.</summary>
internal sealed record TrainingParameters
{
    private static readonly string[] Modules = ["LORA_TARGET_MODULES_QV", "LORA_TARGET_MODULES_QKVO", "LORA_TARGET_MODULES_QKVO_FFN"];

    public long EarlyStoppingPatience { get; init; }

    public double EarlyStoppingThreshold { get; init; }

    public long TrainBatchSize { get; init; }

    public long TrainEpochs { get; init; }

    public double LearningRate { get; init; }

    public long? LoraAlpha { get; init; }

    public long? LoraRank { get; init; }

    public string? LoraTargetModules { get; init; }

    internal static TrainingParameters Read(Field given)
    {
        Field field = given.Object();
        return new TrainingParameters
        {
            EarlyStoppingPatience = field["early_stopping_patience"].Integer(1, 10, "must be between 1 and 10 inclusive.") ?? 6,
            EarlyStoppingThreshold = field["early_stopping_threshold"].Number(0, 0.1, "0 and 0.1") ?? 0.01,
            TrainBatchSize = field["train_batch_size"].Integer(2, 32, "must be between 2 and 32 inclusive.") ?? 16,
            TrainEpochs = field["train_epochs"].Integer(1, 100, "must be between 1 and 100 inclusive.") ?? 1,
            LearningRate = field["learning_rate"].Number(0.000005, 0.1, "0.000005 and 0.1") ?? 0.01,
            LoraAlpha = field["lora_alpha"].Integer(1, int.MaxValue, "must be at least 1."),
            LoraRank = field["lora_rank"].Integer(1, int.MaxValue, "must be at least 1."),
            LoraTargetModules = field["lora_target_modules"].OneOf(Modules),
        };
    }
}
