namespace CohereShell.Emulation;

/// <summary>The settings of a fine-tuned model.</summary>
internal sealed record FineTuningSettings
{
    private const string Version = "1.0.0";
    private static readonly string[] Strategies = ["STRATEGY_UNSPECIFIED", "STRATEGY_VANILLA", "STRATEGY_TFEW"];

    public string BaseType { get; init; } = string.Empty;

    public string BaseModel { get; init; } = string.Empty;

    public string? Strategy { get; init; }

    public string DatasetId { get; init; } = string.Empty;

    /// <summary>Whether a text can have several labels. Null if the model has no labels.</summary>
    public bool? IsMultiLabel { get; init; }

    public TrainingParameters Hyperparameters { get; init; } = new();

    /// <summary>The number of training steps.</summary>
    public long Steps { get; init; }

    /// <exception cref="EmulatorException">A setting is missing, or can't be used for training.</exception>
    internal static FineTuningSettings Read(DatasetJobs<StoredFineTunedModel> models, Field field)
    {
        Field settings = field.IsPresent ? field.Object() : throw Missing(field);
        Field baseModel = settings["base_model"].IsPresent ? settings["base_model"].Object() : throw Missing(settings["base_model"]);
        FineTuningKind kind = FineTuningKind.Read(baseModel["base_type"]);
        TrainingParameters hyperparameters = TrainingParameters.Read(settings["hyperparameters"]);
        CheckWandb(settings["wandb"].Object(), kind);
        StoredDataset dataset = InputDataset.Read(models.Datasets, settings["dataset_id"], type => kind.DatasetTypes.Contains(type.Name, StringComparer.Ordinal));
        long batches = (dataset.Counts!.TrainExamples + hyperparameters.TrainBatchSize - 1) / hyperparameters.TrainBatchSize;
        return new FineTuningSettings
        {
            BaseType = kind.BaseType,
            BaseModel = baseModel["name"].Text() is { Length: > 0 } name ? name : kind.BaseModel,
            Strategy = baseModel["strategy"].OneOf(Strategies),
            DatasetId = dataset.Id,
            IsMultiLabel = dataset.Type.EndsWith("-classification-finetune-input", StringComparison.Ordinal) ? dataset.Type == DatasetKinds.MultiLabel : null,
            Hyperparameters = hyperparameters,
            Steps = batches * hyperparameters.TrainEpochs,
        };
    }

    /// <summary>The settings in the form of a response.</summary>
    internal SentSettings ToSent() => new(new SentBaseModel(BaseModel, Version, BaseType, Strategy), DatasetId, Hyperparameters, IsMultiLabel);

    private static EmulatorException Missing(Field field) => field.Invalid("is required");

    private static void CheckWandb(Field wandb, FineTuningKind kind)
    {
        if (!wandb.IsPresent)
        {
            return;
        }

        if (kind.BaseType != "BASE_TYPE_CHAT")
        {
            throw wandb.Invalid("can be used with BASE_TYPE_CHAT only");
        }

        foreach (Field field in new[] { wandb["project"], wandb["api_key"] })
        {
            if (field.Text() is not { Length: > 0 })
            {
                throw Missing(field);
            }
        }
    }
}
