namespace CohereShell.Emulation;

/// <summary>Gives a fine-tuned model another name or settings: <see href="https://docs.cohere.com/reference/updatefinetunedmodel"/>.</summary>
internal sealed class EmulatedUpdateFineTunedModel(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = EmulatedGetFineTunedModel.Find(models, request).Id;
        using JsonDocument body = request.Json();
        Field root = Field.Root(body.RootElement);
        string? name = EmulatedCreateFineTunedModel.ReadName(root["name"]);
        FineTuningSettings? settings = root["settings"].IsPresent ? FineTuningSettings.Read(models, root["settings"]) : null;

        // The steps are those of the training that was, whatever the settings say now.
        StoredFineTunedModel changed = models.Items.Change(id, model => model with
        {
            Name = name ?? model.Name,
            Settings = settings is null ? model.Settings : settings with { Steps = model.Settings.Steps },
        });
        return changed.ToAnswer();
    }
}
