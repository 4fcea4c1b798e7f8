using System.Linq;

namespace CohereShell.Emulation;

/// <summary>Lists embed jobs, the newest first: <see href="https://docs.cohere.com/reference/list-embed-jobs"/>.</summary>
internal sealed class EmulatedListEmbedJobs(EmulatorStore store) : EmulatedOperation
{
    internal override Operation Operation => Operations.ListEmbedJobs;

    internal override EmulatorResponse Answer(EmulatorRequest request) => EmulatorResponse.Json(200, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("embed_jobs");
        foreach (StoredEmbedJob job in store.EmbedJobs.All().Reverse())
        {
            job.Write(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
