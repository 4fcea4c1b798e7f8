namespace CohereShell.Emulation;

/// <summary>Deletes a fine-tuned model: <see href="https://docs.cohere.com/reference/deletefinetunedmodel"/>.</summary>
internal sealed class EmulatedDeleteFineTunedModel(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.DeleteFineTunedModel;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        if (store.FineTunedModels.Remove(id) is null)
        {
            throw EmulatedGetFineTunedModel.NotFound(id);
        }

        store.Cancel(id);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        });
    }
}
