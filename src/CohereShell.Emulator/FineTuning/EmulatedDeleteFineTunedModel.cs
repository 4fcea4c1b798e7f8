namespace CohereShell.Emulation;

/// <summary>Deletes a fine-tuned model: <see href="https://docs.cohere.com/reference/deletefinetunedmodel"/>.</summary>
internal sealed class EmulatedDeleteFineTunedModel(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        models.Items.Remove(id);
        models.Cancel(id);
        return EmulatorResponse.Empty();
    }
}
