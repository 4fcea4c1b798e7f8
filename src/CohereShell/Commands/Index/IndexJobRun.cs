using CohereShell.Datasets;
using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>Embeds what an update lacks with an embed job, after the job of an earlier update if that isn't done.</summary>
internal sealed class IndexJobRun(UpdateCohereIndexCommand command, IndexJob job, IndexStore store, IndexReader reader, IndexEmbedder embedder, IndexSpool chunks)
{
    private readonly UpdateCohereIndexCommand _command = command;
    private readonly IndexJob _job = job;
    private readonly IndexStore _store = store;
    private readonly IndexReader _reader = reader;
    private readonly IndexEmbedder _embedder = embedder;
    private readonly IndexSpool _chunks = chunks;

    /// <summary>Reads the files into the temporary file, and embeds their texts.</summary>
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
                    break;
                }

                if (_command.JobName is null)
                {
                    _command.Guard(() => _store.PendingJob = _command.JobNameOrDefault);
                }

                dataset = _job.Upload(rows);
                isUploaded = true;
            }

            if (!_job.TryFinish(dataset, Take))
            {
                if (_job.HasFailed)
                {
                    _command.Guard(() => _store.PendingJob = null);
                }

                return false;
            }

            _command.Guard(_store.Flush);
            // The texts of an earlier job may have changed since.
            _job.Clean();
            dataset = null;
        }

        // What the result of the job lacks is embedded with calls. Another job could lack it too, and costs money each time.
        _command.Guard(() => _store.PendingJob = null);
        return true;
    }

    // The service doesn't tell the format of a job. An index must not have two.
    private void Take(Embedding embedding)
    {
        if (embedding.Dimension > 0 && IndexStore.TypeOf(embedding) is var type && type != _command.EmbeddingType)
        {
            _command.ThrowTerminatingError(ErrorRecords.InvalidCombination(
                $"The embed job '{DisplayText.OneLine(_job.JobId ?? string.Empty, 60)}' of an earlier update created embeddings of the type {type}, and this update uses {_command.EmbeddingType}.",
                "Finish the earlier update with its -EmbeddingType, or specify another -JobName.",
                _command.EmbeddingType));
        }

        _command.Guard(() => _store.AppendText(embedding));
    }

    // The texts without an embedding, each once.
    private DatasetRows Missing()
    {
        DatasetRows? rows = null;
        FilePaths.Write(_command, IndexSpool.Folder, () => rows = new DatasetRows(DatasetTypes.EmbedInput, new DatasetRules(DatasetTypes.EmbedInput, [IndexJob.HashField], false, null), null, [IndexJob.HashField]));
        var known = new HashSet<string>(StringComparer.Ordinal);
        _reader.Read(chunk => FilePaths.Write(_command, IndexSpool.Folder, () =>
        {
            _chunks.Add(chunk);
            if (_store.Has(chunk) || _store.Knows(chunk.TextHash) || !known.Add(chunk.TextHash))
            {
                return;
            }

            var row = new PSObject();
            row.Properties.Add(new PSNoteProperty("text", chunk.Text));
            row.Properties.Add(new PSNoteProperty(IndexJob.HashField, chunk.TextHash));
            rows!.TryAdd(row, out _);
        }));
        FilePaths.Write(_command, IndexSpool.Folder, _chunks.Flush);
        // Without the scanned pages that were refused, a job isn't worth its price.
        _embedder.Complete();
        return rows!;
    }
}
