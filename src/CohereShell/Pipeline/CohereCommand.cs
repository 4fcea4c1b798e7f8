using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>
/// The base of commands that wait. The work runs off the pipeline thread; what it wants written comes back through a
/// queue. Ctrl+C and Select-Object -First end the HTTP request: the one calls StopProcessing, the other only Dispose.
/// </summary>
public abstract class CohereCommand : PSCmdlet, IDisposable
{
    private static readonly AsyncLocal<CohereCommand?> Running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly PipelineQueue _queue = new();
    private bool _isDisposed;

    /// <summary>Is cancelled when the command has to end.</summary>
    protected internal CancellationToken Ending => _stopping.Token;

    /// <summary>Has something done on the pipeline thread of the command that runs the calling work.</summary>
    internal static Task<T> OnPipelineThreadAsync<T>(Func<T> function, CancellationToken cancellationToken) =>
        Running.Value is { } command
            ? command._queue.InvokeAsync(function, cancellationToken)
            : throw new InvalidOperationException("This needs a command of CohereShell that is running.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => Cancel();

    /// <summary>Ends what is under way.</summary>
    /// <param name="disposing">Whether managed resources are to be released.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            Cancel();
            _isDisposed = true;
            _stopping.Dispose();
            _queue.Dispose();
        }
    }

    /// <summary>Starts work that knows which command it belongs to.</summary>
    internal Task<T> Start<T>(Func<CancellationToken, Task<T>> work)
    {
        CohereCommand? before = Running.Value;
        Running.Value = this;
        try
        {
            return work(Ending);
        }
        finally
        {
            Running.Value = before;
        }
    }

    /// <summary>Waits for work, and writes meanwhile what it wants written.</summary>
    internal T Await<T>(Task<T> task)
    {
        _queue.RunUntilEnded(task);
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (Ending.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Does work and waits for it.</summary>
    internal T Run<T>(Func<CancellationToken, Task<T>> work) => Await(Start(work));

    /// <summary>Does work that has no result, and waits for it.</summary>
    private protected void Run(Func<CancellationToken, Task> work) => Run(async token =>
    {
        await work(token).ConfigureAwait(false);
        return true;
    });

    /// <summary>
    /// The items of a sequence as they arrive. They are pulled: a consumer that is slow slows the sender down, and one
    /// that stops ends the request.
    /// </summary>
    internal IEnumerable<T> Pull<T>(Func<CancellationToken, IAsyncEnumerable<T>> sequence)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        IAsyncEnumerator<T> items = sequence(ending.Token).GetAsyncEnumerator(ending.Token);
        try
        {
            // The first step opens the connection; only there work may want something of this command.
            bool hasItem = Run(_ => items.MoveNextAsync().AsTask());
            while (hasItem)
            {
                yield return items.Current;
                ValueTask<bool> next = items.MoveNextAsync();
                hasItem = next.IsCompletedSuccessfully ? next.Result : Await(next.AsTask());
            }
        }
        finally
        {
            // In this order: cancelled first, the enumerator ends a read that is under way.
            ending.Cancel();
            _queue.RunUntilEnded(items.DisposeAsync().AsTask());
        }
    }

    /// <summary>Writes from any thread.</summary>
    internal void Post(Action write) => _queue.Post(write);

    /// <summary>Writes what other threads want written by now.</summary>
    internal void WritePosted() => _queue.RunAll();

    /// <summary>
    /// Writes a failed call as an error of its record; what would fail in the same way for every record ends the command.
    /// </summary>
    internal void WriteFailure(CohereException exception, object? target)
    {
        ErrorRecord record = exception.ToErrorRecord(target);
        if (exception.Reason
            is ErrorReason.Unauthorized
            or ErrorReason.PaymentRequired
            or ErrorReason.NotAllowed
            or ErrorReason.SessionClosed
            or ErrorReason.AuditFailed)
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
    }

    private void Cancel()
    {
        try
        {
            if (!_isDisposed)
            {
                _stopping.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // Stopped and disposed at the same moment, by two threads.
        }
    }
}
