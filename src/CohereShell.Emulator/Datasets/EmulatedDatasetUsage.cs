using System.Linq;

namespace CohereShell.Emulation;

/// <summary>The space that datasets take: <see href="https://docs.cohere.com/reference/get-dataset-usage"/>.</summary>
internal sealed class EmulatedDatasetUsage(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.GetDatasetUsage;

    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        long bytes = store.Datasets.All().Sum(dataset => dataset.Bytes);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("organization_usage", bytes);
            writer.WriteEndObject();
        });
    }
}
