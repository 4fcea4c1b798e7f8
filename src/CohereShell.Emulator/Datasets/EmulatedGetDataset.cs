namespace CohereShell.Emulation;

/// <summary>One dataset: <see href="https://docs.cohere.com/reference/get-dataset"/>.</summary>
internal sealed class EmulatedGetDataset(DatasetStore datasets) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredDataset dataset = datasets.Items.Get(id);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("dataset");
            dataset.Write(writer, datasets);
            writer.WriteEndObject();
        });
    }
}
