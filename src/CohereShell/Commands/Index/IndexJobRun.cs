using CohereShell.Datasets;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Embeds what an update lacks with an embed job, after the job of an earlier update if that isn't done.</summary>
internal sealed class IndexJobRun(UpdateCohereIndexCommand command, IndexJob job, IndexStore store, IndexChanges changes, IndexReader reader)
{
    private readonly UpdateCohereIndexCommand _command = command;
    private readonly IndexJob _job = job;
    private readonly IndexStore _store = store;
    private readonly IndexChanges _changes = changes;
    private readonly IndexReader _reader = reader;

    /// <summary>Embeds the texts.</summary>
    /// <returns>False if the job still runs, or after an error.</returns>
    /// <exception cref="CohereException">A call failed.</exception>
    public bool TryFinish()
    {
        Dataset? dataset = _job.Unfinished();
        for (bool isUploaded = false; !isUploaded;)
        {
            if (dataset is null)
            {
                using DatasetRows rows = Missing();
                if (rows.Count == 0)
                {
                    return true;
                }

                dataset = _job.Upload(rows);
                isUploaded = true;
            }

            if (!_job.TryFinish(dataset, embedding => _command.Guard(() => _store.AppendText(embedding))))
            {
                return false;
            }

            _command.Guard(_store.Flush);
            // The texts of an earlier job may have changed since.
            _job.Clean();
            dataset = null;
        }

        // What the result of the job lacks is embedded with calls. Another job could lack it too, and costs money each time.
        return true;
    }

    // The texts without an embedding, each once.
    private DatasetRows Missing()
    {
        DatasetRows? rows = null;
        FilePaths.Write(_command, Path.GetTempPath(), () => rows = new DatasetRows(DatasetTypes.EmbedInput, new DatasetRules(DatasetTypes.EmbedInput, [IndexJob.HashField], false, null), null, [IndexJob.HashField]));
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (IndexFile file in _changes.New)
        {
            foreach (IndexChunk chunk in _reader.Read(file, isSilent: true))
            {
                if (_store.Has(chunk) || _store.Knows(chunk.TextHash) || !known.Add(chunk.TextHash))
                {
                    continue;
                }

                var row = new PSObject();
                row.Properties.Add(new PSNoteProperty("text", chunk.Text));
                row.Properties.Add(new PSNoteProperty(IndexJob.HashField, chunk.TextHash));
                _command.Guard(() => rows!.TryAdd(row, out _));
            }
        }

        return rows!;
    }
}
