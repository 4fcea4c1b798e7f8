namespace CohereShell.Pipeline;

/// <summary>
/// Calls that are under way at the same time, and whose results leave in the order in which they were begun. A call that
/// takes long does not hold up the ones behind it, up to a few rounds of them: what they bring waits in memory.
/// </summary>
/// <typeparam name="TState">What a call is about.</typeparam>
/// <typeparam name="TResult">What it brings.</typeparam>
internal sealed class OrderedCalls<TState, TResult>
{
    private const int MostRoundsAhead = 4;

    private readonly Queue<(TState State, Task<TResult> Call)> _calls = new();
    private readonly CohereCommand _command;
    private readonly int _throttleLimit;
    private readonly Action<TState, TResult> _write;
    private readonly Action<TState, CohereException> _writeFailure;

    /// <summary>Prepares for calls.</summary>
    /// <param name="command">The command that they are calls of.</param>
    /// <param name="throttleLimit">How many are under way at the same time.</param>
    /// <param name="write">Writes what a call brought.</param>
    /// <param name="writeFailure">Writes why a call brought nothing.</param>
    public OrderedCalls(CohereCommand command, int throttleLimit, Action<TState, TResult> write, Action<TState, CohereException> writeFailure)
    {
        _command = command;
        _throttleLimit = throttleLimit;
        _write = write;
        _writeFailure = writeFailure;
    }

    /// <summary>Begins a call. Call <see cref="MakeRoom"/> before, or after for results that come as early as they can.</summary>
    public void Begin(TState state, Func<CancellationToken, Task<TResult>> call) => _calls.Enqueue((state, _command.Start(call)));

    /// <summary>Waits until there is room for another call, and writes what is complete.</summary>
    public void MakeRoom()
    {
        WriteCompleted();
        while (true)
        {
            // Looked at once: they go on completing.
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

    /// <summary>Writes what is complete by now, in order.</summary>
    public void WriteCompleted()
    {
        while (_calls.Count > 0 && _calls.Peek().Call.IsCompleted)
        {
            WriteNext();
        }

        _command.WritePosted();
    }

    /// <summary>Waits for all calls and writes what they bring.</summary>
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
            _writeFailure(state, exception);
            return;
        }

        _write(state, result);
    }
}
