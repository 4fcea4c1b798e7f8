using System.Linq;

namespace CohereShell.Emulation;

/// <summary>Lists embed jobs, the newest first: <see href="https://docs.cohere.com/reference/list-embed-jobs"/>.</summary>
internal sealed class EmulatedListEmbedJobs(DatasetJobs<StoredEmbedJob> jobs) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request) => EmulatorResponse.Json(200, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("embed_jobs");
        foreach (StoredEmbedJob job in jobs.Items.All().Reverse())
        {
            job.Write(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
