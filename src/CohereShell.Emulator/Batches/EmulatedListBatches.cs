using System.Collections.Generic;

namespace CohereShell.Emulation;

/// <summary>Lists batches in pages: <see href="https://docs.cohere.com/reference/list-batches"/>.</summary>
internal sealed class EmulatedListBatches(DatasetJobs<StoredBatch> batches) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        IReadOnlyList<StoredBatch> all = batches.Items.Ordered(request, "created_at", "updated_at");
        (IReadOnlyList<StoredBatch> page, string? next) = PageToken.Page(request, "batches", all);
        return EmulatorResponse.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("batches");
            foreach (StoredBatch batch in page)
            {
                batch.Write(writer);
            }

            writer.WriteEndArray();
            if (next is not null)
            {
                writer.WriteString("next_page_token", next);
            }

            writer.WriteEndObject();
        });
    }
}
