using System.Runtime.CompilerServices;

namespace CohereShell;

/// <summary>
/// Joins the results of a batch with its requests by their ids. Both are read in parallel. If they are in the same order,
/// only one of each is in memory; a row out of order waits there for its counterpart.
/// </summary>
internal sealed class BatchJoin
{
    /// <summary>The index of a result without a request: its id is unknown, or another result already has it.</summary>
    private const long NoRequest = -1;

    private readonly Dictionary<string, Queue<(long Index, JsonElement Row)>> _waiting = new(StringComparer.Ordinal);
    private readonly Batch _batch;
    private readonly IAsyncEnumerator<JsonElement>? _inputs;
    private long _inputCount;

    private BatchJoin(Batch batch, IAsyncEnumerator<JsonElement>? inputs)
    {
        _batch = batch;
        _inputs = inputs;
    }

    /// <summary>Returns the results in the order of the service, then the requests without a result.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="inputs">The rows of the requests; null if they are no longer available.</param>
    /// <param name="outputs">The rows of the results.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static async IAsyncEnumerable<BatchResult> ReadAsync(
        Batch batch,
        IAsyncEnumerable<JsonElement>? inputs,
        IAsyncEnumerable<JsonElement> outputs,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IAsyncEnumerator<JsonElement>? requests = inputs?.GetAsyncEnumerator(cancellationToken);
        try
        {
            var join = new BatchJoin(batch, requests);
            long position = 0;
            await foreach (JsonElement output in outputs.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                (long Index, JsonElement Row)? input = await join.FindAsync(BatchResultReader.IdOf(output)).ConfigureAwait(false);
                yield return BatchResultReader.Read(batch, input?.Index ?? (requests is null ? position : NoRequest), input?.Row ?? default, output);
                position++;
            }

            await foreach (BatchResult result in join.RestAsync().ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            if (requests is not null)
            {
                await requests.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<(long Index, JsonElement Row)?> FindAsync(string id)
    {
        if (_waiting.TryGetValue(id, out Queue<(long Index, JsonElement Row)>? found))
        {
            (long Index, JsonElement Row) first = found.Dequeue();
            if (found.Count == 0)
            {
                _waiting.Remove(id);
            }

            return first;
        }

        while (_inputs is not null && await _inputs.MoveNextAsync().ConfigureAwait(false))
        {
            (long Index, JsonElement Row) next = (_inputCount++, _inputs.Current);
            string nextId = BatchResultReader.IdOf(next.Row);
            if (nextId == id)
            {
                return next;
            }

            // Requests that have the same id, or none, all wait.
            if (!_waiting.TryGetValue(nextId, out Queue<(long Index, JsonElement Row)>? same))
            {
                _waiting[nextId] = same = new Queue<(long Index, JsonElement Row)>(1);
            }

            same.Enqueue(next);
        }

        return null;
    }

    private async IAsyncEnumerable<BatchResult> RestAsync()
    {
        foreach ((long index, JsonElement row) in _waiting.Values.SelectMany(same => same).OrderBy(next => next.Index))
        {
            yield return BatchResultReader.Read(_batch, index, row, default);
        }

        while (_inputs is not null && await _inputs.MoveNextAsync().ConfigureAwait(false))
        {
            yield return BatchResultReader.Read(_batch, _inputCount++, _inputs.Current, default);
        }
    }
}
