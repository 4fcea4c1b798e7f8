using System.Linq;

namespace CohereShell.Emulation;

/// <summary>The space that datasets take: <see href="https://docs.cohere.com/reference/get-dataset-usage"/>.</summary>
internal sealed class EmulatedDatasetUsage(DatasetStore datasets) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        long bytes = datasets.Items.All().Sum(dataset => dataset.Bytes);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("organization_usage", bytes);
            writer.WriteEndObject();
        });
    }
}
