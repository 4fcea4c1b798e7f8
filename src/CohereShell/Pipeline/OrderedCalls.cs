using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>
/// Makes several calls at the same time and writes their results in the order in which the calls started. A slow call
/// doesn't delay the calls behind it, up to a few rounds of them. Their results wait in memory.
/// </summary>
/// <typeparam name="TState">The type of what a call is about.</typeparam>
/// <typeparam name="TResult">The type of a call's result.</typeparam>
internal sealed class OrderedCalls<TState, TResult>
{
    private const int MostRoundsAhead = 4;

    private readonly Queue<(TState State, Task<TResult> Call)> _calls = new();
    private readonly CohereCommand _command;
    private readonly int _throttleLimit;
    private readonly Action<TState, TResult> _write;
    private readonly Action<TState, CohereException> _writeFailure;

    /// <summary>Prepares for calls.</summary>
    /// <param name="command">The command that makes the calls.</param>
    /// <param name="throttleLimit">The maximum number of calls in flight at the same time.</param>
    /// <param name="write">Writes the result of a call.</param>
    /// <param name="writeFailure">Writes the reason why a call failed.</param>
    public OrderedCalls(CohereCommand command, int throttleLimit, Action<TState, TResult> write, Action<TState, CohereException> writeFailure)
    {
        _command = command;
        _throttleLimit = throttleLimit;
        _write = write;
        _writeFailure = writeFailure;
    }

    /// <summary>The progress that counts the results. It includes those that wait for the result of an earlier call.</summary>
    public ItemProgress? Progress
    {
        init
        {
            if (value is not null)
            {
                value.Waiting = () => Waiting;
            }
        }
    }

    /// <summary>Counts the items in a result. By default, it's one that succeeded.</summary>
    public Func<TResult, EndedItems> Count { get; init; } = static _ => new EndedItems(1, 0);

    /// <summary>The items whose calls have ended, and whose results aren't written yet.</summary>
    public EndedItems Waiting => _calls.Aggregate(default(EndedItems), (sum, call) => sum + (call.Call.Status switch
    {
        TaskStatus.RanToCompletion => Count(call.Call.Result),
        TaskStatus.Faulted => EndedItems.Of(call.Call.Exception!.InnerException),
        _ => default,
    }));

    /// <summary>Starts a call. Call <see cref="MakeRoom"/> before it, or after it for results as early as possible.</summary>
    public void Begin(TState state, Func<CancellationToken, Task<TResult>> call) => _calls.Enqueue((state, _command.Start(call)));

    /// <summary>Waits until there is room for another call, and writes completed results.</summary>
    public void MakeRoom()
    {
        WriteCompleted();
        while (true)
        {
            // Evaluated once, because calls can complete at any time.
            Task[] underWay = _calls.Select(call => call.Call).Where(call => !call.IsCompleted).ToArray();
            if (underWay.Length == 0 || (underWay.Length < _throttleLimit && _calls.Count < _throttleLimit * MostRoundsAhead))
            {
                break;
            }

            _command.Await(Task.WhenAny(underWay));
            WriteCompleted();
        }

        WriteCompleted();
    }

    /// <summary>Writes the results that are complete, in order.</summary>
    public void WriteCompleted()
    {
        while (_calls.Count > 0 && _calls.Peek().Call.IsCompleted)
        {
            WriteNext();
        }

        _command.WritePosted();
    }

    /// <summary>Waits for all calls and writes their results.</summary>
    public void Complete()
    {
        while (_calls.Count > 0)
        {
            WriteNext();
        }

        _command.WritePosted();
    }

    private void WriteNext()
    {
        (TState state, Task<TResult> call) = _calls.Dequeue();
        TResult result;
        try
        {
            result = _command.Await(call);
        }
        catch (CohereException exception)
        {
            if (ErrorRecords.EndsCommand(exception))
            {
                CompleteInFlight();
            }

            _writeFailure(state, exception);
            return;
        }

        _write(state, result);
    }

    /// <summary>
    /// Waits for the calls in flight before an error ends the command, and writes their results. They were sent, and are
    /// paid for.
    /// </summary>
    public void CompleteInFlight()
    {
        while (_calls.Count > 0)
        {
            (TState state, Task<TResult> call) = _calls.Dequeue();
            TResult result;
            try
            {
                result = _command.Await(call);
            }
            catch (CohereException exception)
            {
                if (!ErrorRecords.EndsCommand(exception))
                {
                    _writeFailure(state, exception);
                }

                continue;
            }

            _write(state, result);
        }

        _command.WritePosted();
    }
}
