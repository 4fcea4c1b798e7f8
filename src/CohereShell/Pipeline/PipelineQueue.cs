using System.Collections.Concurrent;
using System.Diagnostics;

namespace CohereShell.Pipeline;

/// <summary>
/// Actions from other threads for the pipeline thread, the only one that can write to the pipeline. The pipeline
/// thread runs them while it waits for a task.
/// </summary>
/// <param name="tick">Runs a few times per second while the pipeline thread waits, also if each wait is shorter.</param>
internal sealed class PipelineQueue(Action tick) : IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private readonly Action _tick = tick;
    private readonly Stopwatch _sinceTick = Stopwatch.StartNew();
    private readonly ConcurrentQueue<Action> _actions = new();
    private readonly ManualResetEventSlim _signal = new();
    private readonly PipelineThread _thread = PipelineThread.Current;

    /// <summary>Runs an action on the pipeline thread, at some time before the command ends.</summary>
    public void Post(Action action)
    {
        _actions.Enqueue(action);
        Wake();
    }

    /// <summary>
    /// Runs a function on the pipeline thread and waits for its result. Another command that waits on the same
    /// thread, further down the pipeline, can also run it: both may be waiting for the same thing.
    /// </summary>
    public Task<T> InvokeAsync<T>(Func<T> function, CancellationToken cancellationToken)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration registration = cancellationToken.Register(() => outcome.TrySetCanceled(cancellationToken));
        // The context of the calling flow is passed to the other thread.
        ExecutionContext? context = ExecutionContext.Capture();
        _thread.Post(() =>
        {
            using (registration)
            {
                if (outcome.Task.IsCompleted)
                {
                    // Canceled in the meantime.
                    return;
                }

                try
                {
                    outcome.TrySetResult(InContext(context, function));
                }
                catch (Exception exception)
                {
                    // The caller gets the exception. A stopped pipeline must also stop the pipeline thread.
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

    /// <summary>Runs queued actions until the task has ended. For the pipeline thread.</summary>
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
                TimeSpan left = TickInterval - _sinceTick.Elapsed;
                if (left <= TimeSpan.Zero || !_signal.Wait(left))
                {
                    _sinceTick.Restart();
                    _tick();
                }

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

    /// <summary>Runs the queued actions. For the pipeline thread.</summary>
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
            // The command has ended, so no thread must be woken.
        }
    }

    /// <summary>The queue of a pipeline thread, whichever of its commands is waiting.</summary>
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
            // A command that starts to wait after this checks for actions first.
            Interlocked.CompareExchange(ref _waiting, null, null)?.Wake();
        }

        /// <summary>Sets the command that is waiting now.</summary>
        /// <returns>The command that was waiting before.</returns>
        public PipelineQueue? Wait(PipelineQueue? queue) => Interlocked.Exchange(ref _waiting, queue);
    }
}
