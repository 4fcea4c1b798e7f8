namespace CohereShell.Emulation;

/// <summary>One fine-tuned model: <see href="https://docs.cohere.com/reference/getfinetunedmodel"/>.</summary>
internal sealed class EmulatedGetFineTunedModel(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.GetFineTunedModel;

    /// <exception cref="EmulatorException">404: there is none.</exception>
    internal static StoredFineTunedModel Find(EmulatorStore store, EmulatorRequest request)
    {
        string id = request.PathValue();
        return store.FineTunedModels.Find(id) ?? throw NotFound(id);
    }

    internal static EmulatorException NotFound(string id) => new(404, $"fine-tuned model with id {id} not found");

    internal override EmulatorResponse Answer(EmulatorRequest request) => EmulatorResponse.Json(200, Find(store, request).WriteAsModel);
}
