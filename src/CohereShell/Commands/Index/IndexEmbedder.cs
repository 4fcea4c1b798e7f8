using CohereShell.Errors;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Embeds the chunks of an update with calls, and writes each embedding as it arrives.</summary>
internal sealed class IndexEmbedder
{
    private readonly UpdateCohereIndexCommand _command;
    private readonly IndexStore _store;
    private readonly IndexChanges _changes;
    private readonly EmbedRequest _template;
    private readonly CohereClient _client;
    private readonly RequestOptions _options;
    private readonly BatchedCalls<IndexChunk, Embedding> _calls;
    // The texts in flight, each with the other chunks that have the same text. It's also the lock of the store.
    private readonly Dictionary<string, List<IndexChunk>> _waiting = new(StringComparer.Ordinal);
    private volatile Exception? _writeProblem;
    private (string Path, CohereException Failure)? _end;

    /// <summary>Prepares for chunks.</summary>
    /// <param name="command">The command.</param>
    /// <param name="store">The store of the embeddings.</param>
    /// <param name="changes">Records files that aren't embedded completely.</param>
    public IndexEmbedder(UpdateCohereIndexCommand command, IndexStore store, IndexChanges changes)
    {
        _command = command;
        _store = store;
        _changes = changes;
        _client = command.Client;
        _options = command.Options;
        _template = new EmbedRequest
        {
            Model = command.IndexModel,
            InputType = EmbedInputType.SearchDocument,
            OutputDimension = command.OutputDimension > 0 ? command.OutputDimension : null,
            EmbeddingTypes = [command.EmbeddingType],
        };
        int batchSize = Operations.Embed.Limits.First(limit => limit.Unit == LimitUnit.Inputs).BestBatchSize(command.CurrentSession.KeyType, EmbedRequest.MaxInputs);
        _calls = new(command, batchSize, command.ThrottleLimit, SendAsync, (_, _) => CheckWritten(), Fail);
    }

    /// <summary>The number of chunks that were embedded.</summary>
    public long Embedded { get; private set; }

    /// <summary>The number of chunks whose embedding was known.</summary>
    public long Reused { get; private set; }

    /// <summary>The cost of the calls.</summary>
    public Usage Usage { get; private set; } = Usage.None;

    /// <summary>Whether a call failed in a way that makes further calls useless.</summary>
    public bool HasEnded => _end is not null;

    /// <summary>Tells that further calls are useless. The first reason is the error of the command.</summary>
    public void End(string path, CohereException failure) => _end ??= (path, failure);

    /// <summary>Adds a chunk. Its embedding is written now if it's known, and otherwise after a call.</summary>
    public void Add(IndexChunk chunk)
    {
        if (!HasEnded && NeedsCall(chunk))
        {
            _calls.Add(chunk);
        }
    }

    /// <summary>Waits for all calls. Ends the command with an error if further calls are useless.</summary>
    public void Complete()
    {
        if (HasEnded)
        {
            _calls.Drain();
        }
        else
        {
            _calls.Complete();
        }

        CheckWritten();
        if (_end is { } end)
        {
            _command.WriteFailure(end.Failure, end.Path, end.Path);
        }
    }

    private bool NeedsCall(IndexChunk chunk)
    {
        bool needsCall = false;
        _command.Guard(() =>
        {
            lock (_waiting)
            {
                if (_store.Has(chunk))
                {
                    return;
                }

                if (_store.TryReuse(chunk))
                {
                    Reused++;
                }
                else if (_waiting.TryGetValue(chunk.TextHash, out List<IndexChunk>? others))
                {
                    // A call with the same text is in flight.
                    others.Add(chunk);
                }
                else
                {
                    _waiting.Add(chunk.TextHash, []);
                    needsCall = true;
                }
            }
        });
        return needsCall;
    }

    private async Task<IReadOnlyList<Embedding>> SendAsync(IReadOnlyList<IndexChunk> batch, CancellationToken cancellationToken)
    {
        EmbedResponse response = await _client.Embeddings.EmbedAsync(
            _template with { Texts = batch.Select(chunk => chunk.Text).ToArray() },
            _options,
            cancellationToken).ConfigureAwait(false);
        try
        {
            // Written now, because it is paid for.
            lock (_waiting)
            {
                Usage = Usage.Plus(response.Usage);
                Embedded += batch.Count;
                if (_writeProblem is not null)
                {
                    // What follows an incomplete batch in the file can't be read.
                    return response.Embeddings;
                }

                for (int index = 0; index < batch.Count; index++)
                {
                    _store.Append(batch[index], response.Embeddings[index]);
                    foreach (IndexChunk other in _waiting[batch[index].TextHash])
                    {
                        Reused++;
                        _store.Append(other, response.Embeddings[index]);
                    }

                    _waiting.Remove(batch[index].TextHash);
                }

                _store.Flush();
            }
        }
        catch (Exception exception) when (ReplacingFile.IsWriteFailure(exception) || exception is EmbeddingException or EmbeddingFileException)
        {
            _writeProblem = exception;
        }

        return response.Embeddings;
    }

    private void CheckWritten()
    {
        if (_writeProblem is { } problem)
        {
            _command.Guard(() => throw problem);
        }
    }

    private void Fail(IndexChunk chunk, CohereException failure)
    {
        List<IndexChunk> others;
        lock (_waiting)
        {
            others = _waiting[chunk.TextHash];
            _waiting.Remove(chunk.TextHash);
        }

        if (failure is PlannedCallException)
        {
            return;
        }

        if (ErrorRecords.EndsCommand(failure))
        {
            // The embeddings of the calls in flight are paid for: the command waits for them.
            End(chunk.Path, failure);
            return;
        }

        foreach (IndexChunk each in others.Prepend(chunk))
        {
            _changes.AddIncomplete(each.Path);
            _command.WriteFailure(failure, each.Path, each.Path);
        }
    }
}
