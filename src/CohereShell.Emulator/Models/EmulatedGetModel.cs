namespace CohereShell.Emulation;

/// <summary>Gets a model by name.</summary>
internal sealed class EmulatedGetModel : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) =>
        EmulatorResponse.Json(EmulatedModels.Get(request.PathValue()).ToSent(), ModelsJson.Default.SentModel);
}
