using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>
/// Collects the inputs of a pipeline into batches, keeps several batches in flight, and writes an output or an error
/// for each input, in input order. Memory use doesn't grow with the number of inputs.
/// </summary>
/// <typeparam name="TInput">The type of an input.</typeparam>
/// <typeparam name="TOutput">The type of the output for an input.</typeparam>
internal sealed class BatchedCalls<TInput, TOutput>
{
    private readonly OrderedCalls<IReadOnlyList<TInput>, IReadOnlyList<BatchOutcome<TOutput>>> _calls;
    private readonly BatchSender<TInput, TOutput> _sender;
    private readonly int _batchSize;
    private readonly Action<TInput, TOutput> _write;
    private readonly Action<TInput, CohereException> _writeFailure;
    private List<TInput> _batch = [];
    // What remains of the batch that is being written.
    private EndedItems _unwritten;
    private bool _isEnding;

    /// <summary>Prepares for inputs.</summary>
    /// <param name="command">The command that reads the inputs.</param>
    /// <param name="batchSize">The maximum number of inputs in one call.</param>
    /// <param name="throttleLimit">The maximum number of calls in flight at the same time.</param>
    /// <param name="send">Sends a batch and returns an output for each of its inputs, in order.</param>
    /// <param name="write">Writes the output of an input.</param>
    /// <param name="writeFailure">Writes the reason why an input has no output.</param>
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
        // An expected failure of a batch is reported for each of its inputs. Any other exception is a bug and isn't caught.
        _calls = new(command, throttleLimit, WriteOutcomes, (inputs, failure) => WriteFailures(inputs, failure))
        {
            Count = outcomes => outcomes.Aggregate(default(EndedItems), (sum, outcome) => sum + CountOf(outcome)),
        };
    }

    /// <summary>Whether an input can be added to the current batch. By default, every input can.</summary>
    public Func<IReadOnlyList<TInput>, TInput, bool>? Fits { get; init; }

    /// <inheritdoc cref="OrderedCalls{TState, TResult}.Progress"/>
    public ItemProgress? Progress
    {
        init
        {
            if (value is not null)
            {
                value.Waiting = () => _unwritten + _calls.Waiting;
            }
        }
    }

    /// <summary>Adds an input. Writes completed outputs, and waits if too many calls are in flight.</summary>
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

    /// <summary>Sends the remaining inputs, and writes all outputs.</summary>
    public void Complete()
    {
        if (_batch.Count > 0)
        {
            Send();
        }

        _calls.Complete();
    }

    /// <summary>Waits for the calls in flight, and writes their outputs. The remaining inputs aren't sent.</summary>
    public void Drain() => _calls.Complete();

    private void Send()
    {
        List<TInput> batch = _batch;
        _batch = new List<TInput>(_batchSize);
        _calls.MakeRoom();
        // Runs off the pipeline thread, which reads the next inputs at the same time.
        _calls.Begin(batch, token => Task.Run(() => _sender.SendAsync(batch, token), token));
    }

    private void WriteOutcomes(IReadOnlyList<TInput> inputs, IReadOnlyList<BatchOutcome<TOutput>> outcomes)
    {
        (TInput Input, CohereException Failure)? last = null;
        _unwritten = _calls.Count(outcomes);
        for (int index = 0; index < inputs.Count; index++)
        {
            _unwritten -= CountOf(outcomes[index]);
            if (outcomes[index].Failure is not { } failure)
            {
                _write(inputs[index], outcomes[index].Output!);
            }
            else if (ErrorRecords.EndsCommand(failure))
            {
                // The other half of a refused batch was sent, and so were other batches.
                last ??= (inputs[index], failure);
            }
            else
            {
                _writeFailure(inputs[index], failure);
            }
        }

        if (last is { } end && !_isEnding)
        {
            _isEnding = true;
            _calls.CompleteInFlight();
            _writeFailure(end.Input, end.Failure);
        }
    }

    private static EndedItems CountOf(BatchOutcome<TOutput> outcome) => EndedItems.Of(outcome.Failure);

    private void WriteFailures(IReadOnlyList<TInput> inputs, CohereException failure)
    {
        foreach (TInput input in inputs)
        {
            _writeFailure(input, failure);
        }
    }
}
