using System.Collections.Generic;

namespace CohereShell.Emulation;

/// <summary>Lists fine-tuned models in pages: <see href="https://docs.cohere.com/reference/listfinetunedmodels"/>.</summary>
internal sealed class EmulatedListFineTunedModels(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.ListFineTunedModels;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        IReadOnlyList<StoredFineTunedModel> all = PageToken.Ordered(request, store.FineTunedModels.All(), "created_at");
        (IReadOnlyList<StoredFineTunedModel> models, string? next) = PageToken.Page(request, "finetuned-models", all);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("finetuned_models");
            foreach (StoredFineTunedModel model in models)
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
