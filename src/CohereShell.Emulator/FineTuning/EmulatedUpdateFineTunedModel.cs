namespace CohereShell.Emulation;

/// <summary>
/// Changes the name or the settings of a fine-tuned model: <see
/// href="https://docs.cohere.com/reference/updatefinetunedmodel"/>.
/// </summary>
internal sealed class EmulatedUpdateFineTunedModel(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = EmulatedGetFineTunedModel.Find(models, request).Id;
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        string? name = EmulatedCreateFineTunedModel.ReadName(root["name"]);
        FineTuningSettings? settings = root["settings"].IsPresent ? FineTuningSettings.Read(models, root["settings"]) : null;

        // Keeps the steps of the completed training, whatever the new settings are.
        StoredFineTunedModel changed = models.Items.Change(id, model => model with
        {
            Name = name ?? model.Name,
            Settings = settings is null ? model.Settings : settings with { Steps = model.Settings.Steps },
        });
        return changed.ToAnswer();
    }
}
