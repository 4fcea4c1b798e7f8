namespace CohereShell.Pipeline;

/// <summary>
/// Gathers the inputs of a pipeline into batches, however slowly they come, keeps a number of batches under way, and
/// writes an output or an error for each input, in their order. Memory does not grow with the number of inputs.
/// </summary>
/// <typeparam name="TInput">The type of an input.</typeparam>
/// <typeparam name="TOutput">The type of what comes back for it.</typeparam>
internal sealed class BatchedCalls<TInput, TOutput>
{
    private readonly OrderedCalls<IReadOnlyList<TInput>, IReadOnlyList<BatchOutcome<TOutput>>> _calls;
    private readonly BatchSender<TInput, TOutput> _sender;
    private readonly int _batchSize;
    private readonly Action<TInput, TOutput> _write;
    private readonly Action<TInput, CohereException> _writeFailure;
    private List<TInput> _batch = [];

    /// <summary>Prepares for inputs.</summary>
    /// <param name="command">The command that they are inputs of.</param>
    /// <param name="batchSize">How many inputs a call takes.</param>
    /// <param name="throttleLimit">How many calls are under way at the same time.</param>
    /// <param name="send">Sends a batch and gives an output for each of its inputs, in order.</param>
    /// <param name="write">Writes the output of an input.</param>
    /// <param name="writeFailure">Writes why an input has none.</param>
    public BatchedCalls(
        CohereCommand command,
        int batchSize,
        int throttleLimit,
        Func<IReadOnlyList<TInput>, CancellationToken, Task<IReadOnlyList<TOutput>>> send,
        Action<TInput, TOutput> write,
        Action<TInput, CohereException> writeFailure)
    {
        _batchSize = batchSize;
        _write = write;
        _writeFailure = writeFailure;
        _sender = new BatchSender<TInput, TOutput>(send);
        // What a batch can fail with is told for each of its inputs; the rest is a defect and goes on as it is.
        _calls = new(command, throttleLimit, WriteOutcomes, (inputs, failure) => WriteFailures(inputs, failure));
    }

    /// <summary>Whether an input may go into the batch that is being gathered; without it, any may.</summary>
    public Func<IReadOnlyList<TInput>, TInput, bool>? Fits { get; init; }

    /// <summary>Adds an input. Writes what is complete, and waits where too much is under way.</summary>
    public void Add(TInput input)
    {
        if (_batch.Count > 0 && Fits?.Invoke(_batch, input) == false)
        {
            Send();
        }

        _batch.Add(input);
        if (_batch.Count >= _batchSize)
        {
            Send();
        }
        else
        {
            _calls.WriteCompleted();
        }
    }

    /// <summary>Sends what is left, and writes everything.</summary>
    public void Complete()
    {
        if (_batch.Count > 0)
        {
            Send();
        }

        _calls.Complete();
    }

    private void Send()
    {
        List<TInput> batch = _batch;
        _batch = new List<TInput>(_batchSize);
        _calls.MakeRoom();
        // Away from the pipeline thread, which meanwhile reads the next inputs.
        _calls.Begin(batch, token => Task.Run(() => _sender.SendAsync(batch, token), token));
    }

    private void WriteOutcomes(IReadOnlyList<TInput> inputs, IReadOnlyList<BatchOutcome<TOutput>> outcomes)
    {
        for (int index = 0; index < inputs.Count; index++)
        {
            if (outcomes[index].Failure is { } failure)
            {
                _writeFailure(inputs[index], failure);
            }
            else
            {
                _write(inputs[index], outcomes[index].Output!);
            }
        }
    }

    private void WriteFailures(IReadOnlyList<TInput> inputs, CohereException failure)
    {
        foreach (TInput input in inputs)
        {
            _writeFailure(input, failure);
        }
    }
}
