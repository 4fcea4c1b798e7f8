using System.Collections.Generic;

namespace CohereShell.Emulation;

/// <summary>How good a model was step by step: <see href="https://docs.cohere.com/reference/listtrainingstepmetrics"/>.</summary>
internal sealed class EmulatedListFineTuningMetrics(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        StoredFineTunedModel model = EmulatedGetFineTunedModel.Find(models, request);
        (IReadOnlyList<TrainingStep> steps, string? next) = PageToken.Page(request, "metrics/" + model.Id, TrainingStep.Of(model));
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("step_metrics");
            foreach (TrainingStep step in steps)
            {
                step.Write(writer);
            }

            writer.WriteEndArray();
            writer.WriteString("next_page_token", next ?? string.Empty);
            writer.WriteEndObject();
        });
    }
}
