namespace CohereShell.Emulation;

/// <summary>Lists fine-tuned models in pages: <see href="https://docs.cohere.com/reference/listfinetunedmodels"/>.</summary>
internal sealed class EmulatedListFineTunedModels(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        IReadOnlyList<StoredFineTunedModel> all = models.Items.Ordered(request, "created_at");
        (IReadOnlyList<StoredFineTunedModel> page, string? next) = PageToken.Page(request, "finetuned-models", all);
        return EmulatorResponse.Json(
            new SentFineTunedModelPage(page.Select(model => model.ToSent()).ToArray(), next ?? string.Empty, all.Count), FineTuningJson.Default.SentFineTunedModelPage);
    }
}
