using System.Collections.Generic;

namespace CohereShell.Emulation;

/// <summary>Lists fine-tuned models in pages: <see href="https://docs.cohere.com/reference/listfinetunedmodels"/>.</summary>
internal sealed class EmulatedListFineTunedModels(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        IReadOnlyList<StoredFineTunedModel> all = models.Items.Ordered(request, "created_at");
        (IReadOnlyList<StoredFineTunedModel> page, string? next) = PageToken.Page(request, "finetuned-models", all);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("finetuned_models");
            foreach (StoredFineTunedModel model in page)
            {
                model.Write(writer);
            }

            // Here the last page has a token too, and it is empty.
            writer.WriteEndArray();
            writer.WriteString("next_page_token", next ?? string.Empty);
            writer.WriteNumber("total_size", all.Count);
            writer.WriteEndObject();
        });
    }
}
