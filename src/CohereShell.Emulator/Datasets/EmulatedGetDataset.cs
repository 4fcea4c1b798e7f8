namespace CohereShell.Emulation;

/// <summary>One dataset: <see href="https://docs.cohere.com/reference/get-dataset"/>.</summary>
internal sealed class EmulatedGetDataset(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.GetDataset;

    /// <exception cref="EmulatorException">404: there is none.</exception>
    internal static EmulatorException NotFound(string id) => new(404, $"dataset with id {id} not found");

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        string id = request.PathValue();
        StoredDataset dataset = store.Datasets.Find(id) ?? throw NotFound(id);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("dataset");
            dataset.Write(writer, store);
            writer.WriteEndObject();
        });
    }
}
