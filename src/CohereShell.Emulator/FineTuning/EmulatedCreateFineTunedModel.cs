namespace CohereShell.Emulation;

/// <summary>Trains a model: <see href="https://docs.cohere.com/reference/createfinetunedmodel"/>.</summary>
internal sealed class EmulatedCreateFineTunedModel(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        string name = ReadName(root["name"]) ?? throw new EmulatorException(400, "invalid request: name is required");
        FineTuningSettings settings = FineTuningSettings.Read(models, root["settings"]);
        StoredFineTunedModel model = models.Add(sequence => new StoredFineTunedModel
        {
            Id = StableHash.Id(FormattableString.Invariant($"fine-tuned model {sequence}")),
            Name = name,
            Settings = settings,
        }.In(StoredFineTunedModel.Queued, Account.UserId));
        return model.ToAnswer();
    }

    /// <summary>The name in a request. Null if it's missing.</summary>
    internal static string? ReadName(Field field) => field.Text() switch
    {
        null => null,
        var name when name.Trim().Length == 0 => throw field.Invalid("must not be empty"),
        var name => name,
    };
}
