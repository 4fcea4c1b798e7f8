using System.Collections.Concurrent;

namespace CohereShell.Pipeline;

/// <summary>
/// What other threads want done on the pipeline thread, the only one that may write to the pipeline. The pipeline
/// thread works it off while it waits for a task.
/// </summary>
internal sealed class PipelineQueue : IDisposable
{
    private readonly ConcurrentQueue<Action> _actions = new();
    private readonly ManualResetEventSlim _signal = new();
    private readonly PipelineThread _thread = PipelineThread.Current;

    /// <summary>Has something done on the pipeline thread, some time before the command ends.</summary>
    public void Post(Action action)
    {
        _actions.Enqueue(action);
        Wake();
    }

    /// <summary>
    /// Has something done on the pipeline thread, and waits for the outcome. A command that runs inside this one, further
    /// down the pipeline, does it too: the two may be waiting for the same thing.
    /// </summary>
    public Task<T> InvokeAsync<T>(Func<T> function, CancellationToken cancellationToken)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration registration = cancellationToken.Register(() => outcome.TrySetCanceled(cancellationToken));
        // What the asking flow knows of itself goes along to the other thread.
        ExecutionContext? context = ExecutionContext.Capture();
        _thread.Post(() =>
        {
            using (registration)
            {
                if (outcome.Task.IsCompleted)
                {
                    // Cancelled meanwhile.
                    return;
                }

                try
                {
                    outcome.TrySetResult(InContext(context, function));
                }
                catch (Exception exception)
                {
                    // Goes to whoever asked; a stopped pipeline also goes on to the pipeline.
                    outcome.TrySetException(exception);
                    if (exception is System.Management.Automation.PipelineStoppedException)
                    {
                        throw;
                    }
                }
            }
        });
        return outcome.Task;
    }

    private static T InContext<T>(ExecutionContext? context, Func<T> function)
    {
        if (context is null)
        {
            return function();
        }

        T result = default!;
        ExecutionContext.Run(context, _ => result = function(), null);
        return result;
    }

    /// <summary>Does what others want done until the task has ended. For the pipeline thread.</summary>
    public void RunUntilEnded(Task task)
    {
        if (!task.IsCompleted)
        {
            task.ContinueWith(
                static (_, state) => ((PipelineQueue)state!).Wake(),
                this,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        PipelineQueue? outer = _thread.Wait(this);
        try
        {
            RunAll();
            while (!task.IsCompleted)
            {
                _signal.Wait();
                _signal.Reset();
                RunAll();
            }
        }
        finally
        {
            _thread.Wait(outer);
        }

        RunAll();
    }

    /// <summary>Does what others want done now. For the pipeline thread.</summary>
    public void RunAll()
    {
        while (_actions.TryDequeue(out Action? action) || _thread.Actions.TryDequeue(out action))
        {
            action();
        }
    }

    public void Dispose() => _signal.Dispose();

    private void Wake()
    {
        try
        {
            _signal.Set();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended; there is nobody left to wake.
        }
    }

    /// <summary>What is asked of a pipeline thread, whichever of its commands is waiting.</summary>
    private sealed class PipelineThread
    {
        [ThreadStatic]
        private static PipelineThread? _current;

        private PipelineQueue? _waiting;

        public static PipelineThread Current => _current ??= new PipelineThread();

        public ConcurrentQueue<Action> Actions { get; } = new();

        public void Post(Action action)
        {
            Actions.Enqueue(action);
            // Whoever begins to wait after this looks for actions first.
            Interlocked.CompareExchange(ref _waiting, null, null)?.Wake();
        }

        /// <summary>Names the command that waits now.</summary>
        /// <returns>The one that waited before.</returns>
        public PipelineQueue? Wait(PipelineQueue? queue) => Interlocked.Exchange(ref _waiting, queue);
    }
}
