namespace CohereShell.Emulation;

/// <summary>
/// Lists the metrics of a training by step: <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.
/// </summary>
internal sealed class EmulatedListFineTuningMetrics(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        StoredFineTunedModel model = EmulatedGetFineTunedModel.Find(models, request);
        (IReadOnlyList<TrainingStep> steps, string? next) = PageToken.Page(request, "metrics/" + model.Id, TrainingStep.Of(model));
        return EmulatorResponse.Json(new SentStepPage(steps.Select(step => step.ToSent()).ToArray(), next ?? string.Empty), FineTuningJson.Default.SentStepPage);
    }
}
