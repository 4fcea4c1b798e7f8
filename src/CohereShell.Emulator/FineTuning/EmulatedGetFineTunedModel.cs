namespace CohereShell.Emulation;

/// <summary>Gets a fine-tuned model: <see href="https://docs.cohere.com/reference/getfinetunedmodel"/>.</summary>
internal sealed class EmulatedGetFineTunedModel(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    /// <exception cref="EmulatorException">404: the model doesn't exist.</exception>
    internal static StoredFineTunedModel Find(DatasetJobs<StoredFineTunedModel> models, EmulatorRequest request) =>
        models.Items.Get(request.PathValue());

    internal override EmulatorResponse Answer(EmulatorRequest request) => Find(models, request).ToAnswer();
}
